/**
 * Forms of nouns and verbs: by rule, or from a list where they follow none; only forms that stand in the Brown corpus,
 * with the tag that says so. Words alone are read of it, no sentence.
 */
import { taggedBrownDocuments } from '../../../data/corpora/brown.ts';
import { irregularParticiples, irregularPlurals } from './irregular-forms.ts';

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
    ...{ plural, singular, thirdPerson, baseOfThirdPerson },
    ...{ participle, baseOfParticiple, progressive, baseOfProgressive },
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
