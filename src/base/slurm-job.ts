/** The Slurm job that a process belongs to, and whether another's is over: Slurm knows that from every machine. */
import { spawnSync } from 'node:child_process';

/**
 * `<job>.<times restarted>` of this process.
 *
 * An element of an array is `<array>_<index>`: its number alone may be its array's, too, and would then name all of it.
 *
 * @returns undefined outside Slurm
 */
export function currentJob(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: index, SLURM_RESTART_COUNT: restarts = 0 } = env;
  const id = array ? `${array}_${index}` : env.SLURM_JOB_ID;
  return id && `${id}.${restarts}`;
}

/** Words of Slurm's for a job that has no process left, or none yet. */
const idleStates =
  /^(PENDING|CONFIGURING|COMPLETED|CANCELLED|FAILED|TIMEOUT|PREEMPTED|NODE_FAIL|OUT_OF_MEMORY)/;

/**
 * Whether a job's processes are known to have ended: this process is the same job after a restart, or Slurm says so.
 * Where Slurm cannot be asked, nothing is known.
 */
export function isJobOver(job: string, mine = currentJob()): boolean {
  const [id] = job.split('.') as [string];
  if (mine?.split('.')[0] === id) return mine !== job;
  const { error, status, stdout, stderr } = spawnSync(
    'squeue',
    ['--noheader', '--format=%T', `--jobs=${id}`],
    { encoding: 'utf8', timeout: 30_000 },
  );
  if (error) return false;
  if (status !== 0) return stderr.includes('Invalid job id');
  return stdout.trim() === '' || idleStates.test(stdout);
}
