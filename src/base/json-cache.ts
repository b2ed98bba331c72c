/** Small caches: JSON with its checksum. A file that is not as it was written counts as none. */
import { existsSync, readFileSync } from 'node:fs';
import { sha256, writeFileAtomically } from './atomic-files.ts';

/** Read from a file, or made and written there. @param make gives what JSON can hold */
export function readOrMake<Content>(path: string, make: () => Content): Content {
  const kept = existsSync(path) ? parse(readFileSync(path, 'utf8')) : undefined;
  if (kept !== undefined) return JSON.parse(kept) as Content;
  const content = make();
  const answers = JSON.stringify(content);
  writeFileAtomically(path, JSON.stringify({ sha256: sha256(answers), answers }));
  return content;
}

/** @returns the content's text; undefined of what is damaged */
function parse(text: string): string | undefined {
  try {
    const { sha256: checksum, answers } = JSON.parse(text) as { sha256: string; answers: string };
    return sha256(answers) === checksum ? answers : undefined;
  } catch {
    return undefined;
  }
}
