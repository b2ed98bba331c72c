/** Keys that may be undefined become keys that may not be there. */
type Present<Content> = {
  [Key in keyof Content as undefined extends Content[Key] ? never : Key]: Content[Key];
} & {
  [Key in keyof Content as undefined extends Content[Key] ? Key : never]?: Exclude<Content[Key], undefined>;
};

/** An object without the keys whose value is undefined. */
export function withoutAbsent<Content extends object>(content: Content): Present<Content> {
  const present = Object.entries(content).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Present<Content>;
}
