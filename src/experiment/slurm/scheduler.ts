/** Slurm's own commands. */
import { spawnSync } from 'node:child_process';
import { ConfigError, explain } from '../../base/errors.ts';

/** `<job>_<index>`: an element of an array, as Slurm writes it. */
export type TaskName = `${string}_${number}`;

/**
 * Submits a script. @returns the job's id
 * @throws {ConfigError} with Slurm's own words if it refuses
 */
export function submitBatch(script: string, options: readonly string[]): string {
  const { stdout } = ask('sbatch', ['--parsable', ...options, script]);
  return stdout.trim().split(';')[0]!; // `<id>;<cluster>` where there are several clusters
}

/** The elements of jobs that wait or run, with Slurm's reason for letting them wait, or `None`. */
export function activeTasks(jobs: readonly string[]): Map<TaskName, string> {
  if (jobs.length === 0) return new Map();
  const { stdout } = ask('squeue', [
    '--noheader',
    '--array',
    '--format=%F_%K %r',
    `--jobs=${jobs.join(',')}`,
  ]);
  const lines = stdout.split('\n').filter((line) => line.trim() !== '');
  // A reason may be several words.
  const tasks = lines.map(
    (line) =>
      line
        .trim()
        .match(/^(\S+) (.*)$/)!
        .slice(1) as [TaskName, string],
  );
  return new Map(tasks.filter(([task]) => jobs.includes(task.split('_')[0]!)));
}

function ask(command: string, args: readonly string[]): { stdout: string } {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) {
    const remedy = "start the sweep where Slurm's commands are, such as a login node";
    throw new ConfigError(explain('--launcher slurm', `the command ${command}`, 'none', remedy));
  }
  // What Slurm says of jobs that it has forgotten.
  if (status !== 0 && command === 'squeue' && stderr.includes('Invalid job id')) return { stdout: '' };
  if (status === 0) return { stdout };
  const said = stderr
    .trim()
    .split('\n')
    .at(-1)!
    .replace(/^\w+: error: /, '');
  const remedy = 'see the options of sweep --launcher slurm, and sinfo for what this cluster has';
  throw new ConfigError(explain(command, 'that Slurm does what it is asked', said, remedy));
}
