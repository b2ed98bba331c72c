/** A run writes nothing but its results and its cache, whatever the libraries below it would like to. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { electraLab, temporaryFolder, tinyRunYaml, writeCorpus } from './program.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);

it('a run leaves nothing in the home folder, the current folder or the temporary folder', async () => {
  const [home, current, temporary] = ['home', 'current', 'temporary'].map((name) => join(folder, name));
  for (const path of [home!, current!, temporary!]) mkdirSync(path);
  const config = join(folder, 'tiny.yaml');
  writeFileSync(config, tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training: { steps: 4 } }));
  // The program has to switch off what would be written, not its caller.
  const env = { HOME: home!, TMPDIR: temporary!, ORT_DISABLE_TELEMETRY: '', CI: '' };
  const args = ['run', config, '--quiet', '--out', join(folder, 'out'), '--cache', join(folder, 'cache')];
  const { code, stderr } = await electraLab(args, { cwd: current!, env });
  expect([code, stderr]).toEqual([0, '']);
  for (const path of [home!, current!, temporary!]) expect(readdirSync(path), path).toEqual([]);
});
