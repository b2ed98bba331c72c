/** Every run with what is needed to believe it or to repeat it. */
import { type Html, html } from '../html.ts';
import { isTerm, measureNamed, show } from '../metric-display.ts';
import type { RunReport } from '../report-data.ts';
import { table } from './figures.ts';

export function runsSection(runs: readonly RunReport[]): Html {
  return html`<section id="runs">
<h2>Every run</h2>
<p class="note">Commands are typed in the results folder.</p>
${runs.map(runDetails)}
</section>`;
}

function runDetails(run: RunReport): Html {
  const { runId, name, status, warnings, command, config } = run;
  const isOdd = status !== 'finished';
  return html`<details class="run" id="run-${runId}">
<summary><span class="run-name">${name}</span> <code>${runId}</code>${isOdd && html` <span class="odd">${status}</span>`}${warnings.length > 0 && html` <span class="odd">⚠ ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}</span>`}</summary>
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
    .map(({ metric, checkpointStep, settings = '', score, ...besides }) => {
      const measure = measureNamed(metric);
      const { bagOfWordsScore, wordIdentityScore, majorityScore } = besides;
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
