/** The page's tables: the paper's claims with their verdicts, and the runs. */
import { computeWords } from '../explanations.ts';
import { type Html, html } from '../html.ts';
import { isTerm, measureNamed, show, showDifference } from '../metric-display.ts';
import type { ReportData, RunReport } from '../report-data.ts';
import type { ClaimRow } from '../verdict-rows.ts';
import {
  meansWords,
  measuredBy,
  measuredDifference,
  paperWords,
  pValues,
  seedsWords,
  tallyWords,
  verdictNote,
  verdictSigns,
  verdictWords,
} from '../verdict-words.ts';
import { table } from './figures.ts';

export function claimsSection({ experiments }: ReportData): Html {
  const claims = experiments.flatMap((experiment) => experiment.claims);
  if (claims.length === 0)
    return html`<section id="claims"><h2>Claims</h2><p>There are no verdicts: they need an experiment (<code>electra-lab sweep</code>) whose file has <code>claims</code>.</p></section>`;
  return html`<section id="claims">
<h2>Claims</h2>
<p class="lead">${claims.length} ${claims.length === 1 ? 'claim' : 'claims'}: ${tallyWords(claims)}.</p>
<p class="note">${verdictNote} The paper's numbers stand here for reading; they are of another measure and no difference to ours is taken.</p>
${experiments
  .filter((experiment) => experiment.claims.length > 0)
  .map(
    (experiment) => html`<h3>${experiment.title}</h3>
<ul class="claims">${experiment.claims.map(claimCard)}</ul>`,
  )}
</section>`;
}

function claimCard(claim: ClaimRow): Html {
  const { verdict, reason, otherSource } = claim;
  const facts: [string, string][] = [
    ['Our difference', measuredDifference(claim)],
    ['Our means', meansWords(claim)],
    ['Training', computeWords(claim)],
    ['Measured by', measuredBy(claim)],
    ['Seeds', seedsWords(claim)],
    ['p', pValues(claim)],
    ['Over seeds and examples', bootstrapWords(claim)],
    ['The paper, for reading', paperWords(claim)],
    ['Another source', otherSource ?? ''],
    ['Why', reason ?? ''],
  ];
  return html`<li class="claim ${verdict}">
<p class="verdict"><span class="badge ${verdict}"><span aria-hidden="true">${verdictSigns[verdict]}</span> ${verdictWords(claim)}</span></p>
<p class="says">${claim.claim}</p>
<dl>${facts.filter(([, text]) => text !== '').map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>
</li>`;
}

function bootstrapWords({ metric, bootstrapLow, bootstrapHigh }: ClaimRow): string {
  if (bootstrapLow === undefined) return '';
  const measure = measureNamed(metric);
  return `${showDifference(measure, bootstrapLow)} to ${showDifference(measure, bootstrapHigh)} (Multi-Bootstrap, 95 %)`;
}

/** Every run with what is needed to believe it or to repeat it. */
export function runsSection(runs: readonly RunReport[]): Html {
  return html`<section id="runs">
<h2>Every run</h2>
${runTable(runs)}
<p class="note">Commands are typed in the results folder.</p>
${runs.map(runDetails)}
</section>`;
}

/** What runs differ in; a script in the page sorts it, and leaves out rows. */
function runTable(runs: readonly RunReport[]): Html {
  const keys = [...new Set(runs.flatMap(({ differing = {} }) => Object.keys(differing)))];
  const header = [
    'run',
    'arm',
    'regime',
    'seed',
    'status',
    ...keys,
    'steps',
    'tokens',
    'executed FLOPs',
    'minutes',
  ];
  const rows = runs.map((run) => [
    html`<a href="#run-${run.runId}">${run.runId}</a>`,
    run.name,
    run.regime,
    String(run.seed),
    run.status,
    ...keys.map((key) => run.differing?.[key] ?? ''),
    run.steps?.toLocaleString('en') ?? '',
    run.tokens?.toLocaleString('en') ?? '',
    show(measureNamed('train_flops'), run.trainFlops),
    run.elapsedSeconds === undefined ? '' : (run.elapsedSeconds / 60).toFixed(1),
  ]);
  return html`<div id="run-table">${table(header, rows, 'Runs, with the settings in which they differ')}</div>`;
}

function runDetails(run: RunReport): Html {
  const { runId, name, status, warnings, command, config } = run;
  const warned = `⚠ ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}`;
  const marks = [...(status === 'finished' ? [] : [status]), ...(warnings.length > 0 ? [warned] : [])];
  return html`<details class="run" id="run-${runId}">
<summary><span class="run-name">${name}</span> <code>${runId}</code>${marks.map((mark) => html` <span class="odd">${mark}</span>`)}</summary>
${run.reason !== undefined && html`<p><strong>${status}</strong>: ${run.reason}</p>`}
${warnings.length > 0 && html`<ul>${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>`}
<dl class="facts">${factsOf(run).map(([term, words]) => html`<div><dt>${term}</dt><dd>${words}</dd></div>`)}</dl>
${run.scores.length > 0 && scoreTable(run)}
<p>Command</p><pre tabindex="0"><code>${command}</code></pre>
<p>Configuration</p><pre tabindex="0"><code>${config}</code></pre>
</details>`;
}

function factsOf(run: RunReport): [string, string][] {
  const cost = (name: string, value: number | undefined) => show(measureNamed(name), value);
  const facts: [string, string | undefined][] = [
    ['Regime', run.regime],
    ['Seed', String(run.seed)],
    ['Status', run.status],
    ['Steps', run.steps?.toLocaleString('en')],
    ['Tokens', run.tokens?.toLocaleString('en')],
    ['Parameters', run.parameters.toLocaleString('en')],
    ['Executed FLOPs', cost('train_flops', run.trainFlops)],
    ['FLOPs as the paper counts', cost('official_flops', run.officialFlops)],
    ['Training time', cost('elapsed_seconds', run.elapsedSeconds)],
    ['Peak memory', cost('peak_memory_bytes', run.peakMemoryBytes)],
    ['Engine', run.engine],
    ['Processor', run.cpu],
    ['Commit', run.gitCommit?.slice(0, 12)],
  ];
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]));
}

function scoreTable({ scores }: RunReport): Html {
  const rows = scores
    .filter(({ metric }) => !isTerm(metric))
    .map(({ metric, checkpointStep, settings = '', score, ...baselines }) => {
      const measure = measureNamed(metric);
      const { bagOfWordsScore, wordIdentityScore, majorityScore } = baselines;
      const values = [score, bagOfWordsScore, wordIdentityScore, majorityScore];
      return [
        measure.label,
        String(checkpointStep),
        settings,
        ...values.map((value) => show(measure, value)),
      ];
    });
  const baselines = ['bag of words', 'word itself', 'commonest class'];
  const header = ['score', 'step', 'settings', 'value or median', ...baselines];
  return table(header, rows, 'Scores after training');
}
