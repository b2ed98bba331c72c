/**
 * The pairs that are made here, of reserved text: each is a sentence of the Brown corpus that no run pre-trains on, and
 * the same sentence with one thing spoiled. See docs/minimal-pairs.md.
 */
import { RandomStream } from '../../../base/random.ts';
import { type PairSet, type Paradigm, versionOf } from '../pair-set.ts';
import * as agreement from './agreement.ts';
import { balancedPairs, type Spoil, unbalancedPairs } from './contrast.ts';
import { reservedSentences } from './sentences.ts';
import { participleSwapped, progressiveSwapped } from './verb-inflection.ts';
import { type WordForms, wordForms } from './word-forms.ts';
import * as order from './word-order.ts';

/** Raise it when other pairs are made. */
const pairsVersion = 1;
/** Of each paradigm; rare constructions have fewer. */
const mostPairs = 400;

interface Recipe extends Omit<Paradigm, 'pairs'> {
  spoil: Spoil;
  choose: typeof balancedPairs;
}

function recipes(forms: WordForms): Recipe[] {
  const [agreementOf, verbForm] = [morphology('determiner_noun_agreement'), morphology('verb_form')];
  const subjectVerb = morphology('subject_verb_agreement');
  const wordOrder = (name: string, spoil: Spoil): Recipe => {
    return { name, field: 'syntax', term: 'word_order', spoil, choose: unbalancedPairs };
  };
  return [
    agreementOf('determiner_swapped', agreement.determinerSwapped),
    agreementOf('noun_swapped', agreement.nounSwapped(forms)),
    subjectVerb('auxiliary_swapped', agreement.auxiliarySwapped),
    subjectVerb('auxiliary_swapped_after_pronoun', agreement.auxiliarySwappedAfterPronoun),
    subjectVerb('main_verb_swapped', agreement.mainVerbSwapped(forms)),
    verbForm('participle_swapped', participleSwapped(forms)),
    verbForm('progressive_swapped', progressiveSwapped(forms)),
    wordOrder('neighbours_swapped', order.neighboursSwapped),
    wordOrder('adjective_and_noun_swapped', order.adjectiveAndNounSwapped),
    wordOrder('determiner_and_noun_swapped', order.determinerAndNounSwapped),
  ];
}

function morphology(term: string): (name: string, spoil: Spoil) => Recipe {
  return (name, spoil) => ({ name, field: 'morphology', term, spoil, choose: balancedPairs });
}

let made: Paradigm[] | undefined;

/** Their version is known without making them. */
export const offlineSet: PairSet = {
  name: 'offline',
  version: versionOf(String(pairsVersion)),
  paradigms() {
    made ??= makeParadigms();
    return made;
  },
};

/** @throws {DataError} if a package with text is not installed */
function makeParadigms(): Paradigm[] {
  const sentences = reservedSentences();
  return recipes(wordForms()).map(({ name, field, term, spoil, choose }) => {
    const pairs = choose(sentences, spoil, mostPairs, new RandomStream('minimal pairs', name));
    return { name, field, term, pairs };
  });
}
