/**
 * Forms of nouns and verbs: by rule, or from a list where they follow none; only forms that stand in the Brown corpus,
 * with the tag that says so. Words alone are read of it, no sentence.
 */
import { taggedBrownDocuments } from '../../../data/corpora/brown.ts';

/** The form of a word, or undefined where the corpus has none or two words could be meant. */
export type FormOf = (word: string) => string | undefined;

export interface WordForms {
  plural: FormOf;
  singular: FormOf;
  /** `says` of `say`, and back. */
  thirdPerson: FormOf;
  baseOfThirdPerson: FormOf;
  participle: FormOf;
  baseOfParticiple: FormOf;
  progressive: FormOf;
  baseOfProgressive: FormOf;
}

/** Lower-case words by their tag. */
type Lexicon = ReadonlyMap<string, ReadonlySet<string>>;

export function wordForms(): WordForms {
  const lexicon = readLexicon();
  const [plural, singular] = bothWays(lexicon, 'nn', ['nns'], sForms, irregularPlurals);
  const [thirdPerson, baseOfThirdPerson] = bothWays(lexicon, 'vb', ['vbz'], sForms);
  const [participle, baseOfParticiple] = bothWays(
    lexicon,
    'vb',
    ['vbn', 'vbd'],
    edForms,
    irregularParticiples,
  );
  const [progressive, baseOfProgressive] = bothWays(lexicon, 'vb', ['vbg'], ingForms);
  return {
    plural,
    singular,
    thirdPerson,
    baseOfThirdPerson,
    participle,
    baseOfParticiple,
    progressive,
    baseOfProgressive,
  };
}

const tagsRead = ['nn', 'nns', 'vb', 'vbz', 'vbn', 'vbd', 'vbg'];

function readLexicon(): Lexicon {
  const lexicon = new Map(tagsRead.map((tag) => [tag, new Set<string>()]));
  for (const { sentences } of taggedBrownDocuments()) {
    for (const { word, tag } of sentences.flat()) if (/^\p{Ll}+$/u.test(word)) lexicon.get(tag)?.add(word);
  }
  return lexicon;
}

/** From base to form and from form to base. A form of two bases (`found`, `lay`) has no way back. */
function bothWays(
  lexicon: Lexicon,
  baseTag: string,
  formTags: readonly string[],
  candidates: (base: string) => string[],
  irregular: Readonly<Record<string, string>> = {},
): [FormOf, FormOf] {
  const forms = new Map<string, string>();
  const bases = new Map<string, string | undefined>();
  for (const base of lexicon.get(baseTag)!) {
    const isForm = (word: string) => formTags.some((tag) => lexicon.get(tag)!.has(word));
    const form = Object.hasOwn(irregular, base) ? irregular[base] : candidates(base).find(isForm);
    if (form === undefined) continue;
    forms.set(base, form);
    bases.set(form, bases.has(form) ? undefined : base);
  }
  return [(word) => forms.get(word), (word) => bases.get(word)];
}

/** Of a plural, or of the third person. */
function sForms(base: string): string[] {
  if (/(s|x|z|ch|sh|o)$/.test(base)) return [`${base}es`, `${base}s`];
  return /[^aeiou]y$/.test(base) ? [`${base.slice(0, -1)}ies`] : [`${base}s`];
}

function edForms(base: string): string[] {
  if (base.endsWith('e')) return [`${base}d`];
  if (/[^aeiou]y$/.test(base)) return [`${base.slice(0, -1)}ied`];
  return [`${base}ed`, `${doubled(base)}ed`];
}

function ingForms(base: string): string[] {
  if (/[^e]e$/.test(base)) return [`${base.slice(0, -1)}ing`];
  return [`${base}ing`, `${doubled(base)}ing`];
}

/** `stop` → `stopp`. */
function doubled(base: string): string {
  return `${base}${base.at(-1)}`;
}

/** Plural nouns by their singular. */
const irregularPlurals = formsIn(`
  man men, woman women, child children, foot feet, tooth teeth, mouse mice, gentleman gentlemen, policeman
  policemen, workman workmen, fireman firemen, wife wives, life lives, knife knives, half halves, leaf
  leaves, shelf shelves, crisis crises, analysis analyses, basis bases, hypothesis hypotheses, phenomenon
  phenomena, criterion criteria, stimulus stimuli, nucleus nuclei
`);

/** Past participles by their base; some are the base itself. */
const irregularParticiples = formsIn(`
  be been, have had, do done, go gone, say said, make made, take taken, see seen, get got, give given,
  find found, think thought, tell told, know known, show shown, leave left, feel felt, bring brought,
  begin begun, keep kept, hold held, write written, stand stood, hear heard, mean meant, meet met, pay
  paid, sit sat, speak spoken, lead led, grow grown, lose lost, fall fallen, send sent, build built,
  understand understood, draw drawn, break broken, spend spent, rise risen, drive driven, buy bought, wear
  worn, choose chosen, throw thrown, catch caught, deal dealt, win won, forget forgotten, lay laid, sell
  sold, fight fought, teach taught, eat eaten, sing sung, strike struck, hang hung, shake shaken, ride
  ridden, feed fed, shoot shot, drink drunk, hide hidden, fly flown, arise arisen, swing swung, bear
  borne, steal stolen, lie lain, sleep slept, swim swum, freeze frozen, seek sought, lend lent, bend bent,
  bind bound, wind wound, tear torn, blow blown, swear sworn, sink sunk, slide slid, dig dug, withdraw
  withdrawn, undertake undertaken, overcome overcome, become become, come come, run run, put put, set set,
  let let, cut cut, hit hit, hurt hurt, cost cost, read read, beat beat, shut shut
`);

/** Reads `man men, woman women` as forms by their base. */
function formsIn(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split(',').map((pair) => pair.trim().split(/\s+/)));
}
