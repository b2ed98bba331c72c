/** The page's held-out sentences: masked words, samples and the discriminator's verdicts, arm by arm. */
import { type Html, html } from '../html.ts';
import type { TextToken } from '../report-data.ts';
import type { Section } from '../report-sections.ts';
import {
  isFlagged,
  pieceOf,
  type ReadSentence,
  readSentences,
  sampleWords,
  textNote,
  verdictsOf,
  writtenOf,
} from '../text-words.ts';

/** @returns nothing where no run's weights were at hand */
export function textSection(sections: readonly Section[]): Html | false {
  const read = sections
    .map(({ title, arms }) => ({ title, sentences: readSentences(arms) }))
    .filter(({ sentences }) => sentences.length > 0);
  if (read.length === 0) return false;
  return html`<section id="text"><h2>What each arm does with text</h2>
<p class="note">${textNote}</p>
${read.map(({ title, sentences }) => html`${read.length > 1 && html`<h3>${title}</h3>`}${sentences.map(sentenceHtml)}`)}
</section>`;
}

function sentenceHtml({ tokens, arms }: ReadSentence): Html {
  return html`<div class="sentence">
<p><span class="note">The text:</span> ${tokens.map((token, i) => [space(token.token, i), original(token)])}</p>
<dl>${arms.map(({ name, seed, tokens: own }) => html`<div><dt>${name}, seed ${seed}</dt><dd><p class="tokens">${own.map((token, i) => [space(writtenOf(token), i), written(token)])}</p><p class="note">${verdictsOf(own)}</p></dd></div>`)}</dl>
</div>`;
}

function space(token: string, place: number): string {
  return place > 0 && !pieceOf(token).isAttached ? ' ' : '';
}

function original({ token, sample }: TextToken): Html {
  const { text } = pieceOf(token);
  return sample ? html`<span class="masked">${text}</span>` : html`${text}`;
}

function written(token: TextToken): Html {
  const { text } = pieceOf(writtenOf(token));
  const style = token.replaced === undefined ? '' : `--replaced:${token.replaced.toFixed(2)}`;
  const flagged = isFlagged(token) && ' flagged';
  if (!token.sample) return html`<span class="token${flagged}" style="${style}">${text}</span>`;
  return html`<button type="button" class="token sample${flagged}" style="${style}">${text}<span class="tip"><span class="unseen">: </span>${sampleWords(token)}</span></button>`;
}
