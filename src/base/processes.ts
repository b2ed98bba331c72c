/** Whether a process of this machine is still there, and the same: numbers of processes begin anew. */
import { existsSync, readFileSync } from 'node:fs';

/**
 * Numbers of processes begin anew with a machine or a container: one that began at another time is another.
 *
 * @param start when it began, as `processStartOf` says; undefined where that is not known
 */
export function isProcess(pid: number, start: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const found = processStartOf(pid);
  return !isZombie(pid) && (start === undefined || found === undefined || found === start);
}

/** The machine's start and the process's, in ticks after it; undefined where the system does not say. */
export function processStartOf(pid: number): string | undefined {
  const ticks = statOf(pid)?.[19];
  const boot = '/proc/sys/kernel/random/boot_id';
  return ticks && existsSync(boot) ? `${readFileSync(boot, 'utf8').slice(0, 8)}.${ticks}` : undefined;
}

/** A killed process answers until its parent has taken notice, which in a container may be never. */
function isZombie(pid: number): boolean {
  return statOf(pid)?.[0] === 'Z';
}

/** What Linux says of a process after its number and name: its state first, its start as the twentieth. */
function statOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  } catch {
    return undefined;
  }
}
