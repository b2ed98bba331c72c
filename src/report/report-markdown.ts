/** report.md: the claims and the tables as text, the figures by their files. */
import { markdownCode, markdownTable, markdownText } from '../base/markdown.ts';
import { computeWords, costsNote, glossary, predictorNote } from './explanations.ts';
import { type Figure, isOmission, type Omission } from './figures/figure.ts';
import { measureNamed, show } from './metric-display.ts';
import { valuesHeader, valuesRows } from './page/figures.ts';
import { pairsTables } from './pairs-tables.ts';
import type { ReportData, RunReport } from './report-data.ts';
import type { Section } from './report-sections.ts';
import { studyFacts } from './study-facts.ts';
import { belowWords, recipeWords, scoresOf, summaryTable } from './summary-words.ts';
import { joinTokens, type ReadSentence, readSentences, verdictsOf, writtenOf } from './text-words.ts';
import type { ClaimRow, SummaryRow } from './verdict-rows.ts';
import {
  claimUnderTest,
  measuredBy,
  measuredDifference,
  paperWords,
  seedsWords,
  tallyWords,
  verdictNote,
  verdictSigns,
  verdictWords,
} from './verdict-words.ts';

export function reportMarkdown(data: ReportData, sections: readonly Section[]): string {
  const claims = data.experiments.flatMap((experiment) => experiment.claims);
  const parts = [
    `# ${markdownText(data.title)}`,
    `Read from this results folder by \`electra-lab report\`; \`report.html\` has the curves and every run. ${data.runs.length} runs.`,
    ...sections.flatMap(answerParts),
    ...(claims.length > 0 ? ['## Claims', `${tallyWords(claims)}.`, verdictNote, claimsTable(claims)] : []),
    ...sections.flatMap(measurementParts),
    ...textParts(sections),
    '## Runs',
    runsTable(data.runs),
  ];
  return `${parts.join('\n\n')}\n`;
}

function claimsTable(claims: readonly ClaimRow[]): string {
  const header = [
    'claim',
    'verdict',
    'our difference',
    'measured by',
    'training',
    'seeds',
    'the paper, for reading',
    'another source',
    'why',
  ];
  const rows = claims.map((claim) => [
    claim.claim,
    `${verdictSigns[claim.verdict]} ${verdictWords(claim)}`,
    measuredDifference(claim),
    measuredBy(claim),
    computeWords(claim),
    seedsWords(claim),
    paperWords(claim),
    claim.otherSource ?? '',
    claim.reason ?? '',
  ]);
  return markdownTable(header, rows);
}

function answerParts({ title, answer, claims, main }: Section): string[] {
  return [
    `## ${markdownText(title)}`,
    `**${markdownText(answer.sentence)}**`,
    ...answer.besides.map(markdownText),
    ...(claims ? figureParts(claims) : []),
    ...figureParts(main),
  ];
}

function measurementParts({ title, experiment, arms, diagnostics, costs }: Section): string[] {
  const scores = scoresOf(experiment?.summary ?? []);
  return [
    `## Measurements: ${markdownText(title)}`,
    ...(experiment ? [markdownText(claimUnderTest(experiment)), markdownCode(experiment.command)] : []),
    scaleList(arms, experiment),
    ...[recipeWords(arms)].filter(Boolean).map(markdownText),
    ...(scores.length > 0 ? scoreParts(scores, arms) : []),
    ...pairsTables(arms, 'terms').flatMap(({ caption, header, rows }) => [
      `${markdownText(caption)}:`,
      markdownTable(header, rows),
    ]),
    ...figureParts(diagnostics),
    ...[glossary, predictorNote(arms)].filter(Boolean).map(markdownText),
    ...figureParts(costs),
    costsNote,
  ];
}

/** Samples stand in brackets; what is called replaced is named. */
function textParts(sections: readonly Section[]): string[] {
  const sentences = sections.flatMap(({ arms }) => readSentences(arms));
  if (sentences.length === 0) return [];
  const bracketed = (tokens: ReadSentence['tokens'], shownOf?: typeof writtenOf) =>
    joinTokens(tokens, ({ sample }, text) => (sample ? `[${text}]` : text), shownOf);
  const rowsOf = ({ tokens, arms }: ReadSentence) => [
    ['the text, masked words in brackets', bracketed(tokens), ''],
    ...arms.map((arm) => [
      `${arm.name}, seed ${arm.seed}`,
      bracketed(arm.tokens, writtenOf),
      verdictsOf(arm.tokens),
    ]),
  ];
  return [
    '## What each arm does with text',
    "Brackets have what the generator drew for a masked word. The last column has the discriminator's verdicts.",
    ...sentences.map((sentence) => markdownTable(['arm', 'sentence', 'discriminator'], rowsOf(sentence))),
  ];
}

function scaleList(arms: Section['arms'], experiment: Section['experiment']): string {
  const facts = studyFacts(arms, experiment).map(([name, words]) => `- ${name}: ${markdownText(words)}`);
  return ['The scale that was run:', '', ...facts].join('\n');
}

function scoreParts(scores: readonly SummaryRow[], arms: Section['arms']): string[] {
  const { caption, header, rows } = summaryTable('Scores by arm', scores, arms);
  const below = belowWords(scores, arms);
  return [
    `${markdownText(caption)}:`,
    markdownTable(header, rows),
    ...(below === '' ? [] : [markdownText(below)]),
  ];
}

function figureParts(figure: Figure | Omission): string[] {
  if (isOmission(figure)) return [markdownText(`${figure.title} is left out: ${figure.why}.`)];
  const { title, caption, panels, values, measure, rowName } = figure;
  const images = panels.map(
    (panel) => `![${markdownText(`${title}: ${panel.title}`)}](figures/${panel.id}.svg)`,
  );
  const table = markdownTable(valuesHeader(values, rowName), valuesRows(values, measure));
  return [
    `### ${markdownText(title)}`,
    images.join('\n'),
    markdownText(caption),
    `${markdownText(measure.label)}:`,
    table,
  ];
}

function runsTable(runs: readonly RunReport[]): string {
  const header = ['run', 'arm', 'seed', 'status', 'tokens', 'training time', 'warnings'];
  const rows = runs.map(({ runId, name, seed, status, tokens, elapsedSeconds, warnings }) => [
    runId,
    name,
    String(seed),
    status,
    tokens?.toLocaleString('en') ?? '',
    show(measureNamed('elapsed_seconds'), elapsedSeconds),
    warnings.join('; '),
  ]);
  return markdownTable(header, rows);
}
