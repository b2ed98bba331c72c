/**
 * What the operating system refuses, in the project's words. The only place that knows its codes: whoever reads or writes
 * a file says what was expected of it, and what leaks through all the same is translated where the program ends.
 */
import { constants } from 'node:os';
import { DataError, explain } from './errors.ts';

type Remedies = Readonly<Record<string, string>>;

/** Whatever was being done: nothing of what is on the disk is damaged by it. */
const common: Remedies = {
  EIO: 'the disk, or the network to it, failed to answer; run the same command again once it does',
  ESTALE: 'the network to this folder was interrupted; run the same command again',
  EBUSY: 'another program is using it; close that, and run the same command again',
  ETXTBSY: 'another program is using it; close that, and run the same command again',
  EMFILE: 'this process may not open more files; raise the limit (ulimit -n) and run the same command again',
  ENFILE: 'the machine has too many open files; close some programs and run the same command again',
  ENOMEM: 'the machine has too little memory left; close some programs, or do less at once',
  ENAMETOOLONG: 'a name in this path is too long for the file system; choose a shorter one',
  ELOOP: 'a link in this path leads back to itself; fix or delete it',
  ENOTDIR: 'a part of this path is a file; fix the path',
  EISDIR: 'there is a folder of this name; rename it, or delete it',
  ERR_INVALID_ARG_VALUE: 'a path cannot hold a NUL character; write it without',
};

const writing = (option: string): Remedies => ({
  ...common,
  ENOSPC: 'free some disk space and run the same command again',
  EDQUOT: 'free some of your disk quota and run the same command again',
  EFBIG: 'files here may not grow so large; raise the limit (ulimit -f) and run the same command again',
  ENOENT: 'choose a folder on a file system that takes new files (--out, --cache)',
  EROFS: `choose a folder on a writable file system (${option})`,
  EACCES: `choose a folder that you may write (${option})`,
  EPERM: `choose a folder that you may write (${option})`,
  ENOTDIR: `a part of this path is a file; choose another folder (${option})`,
  EEXIST: `a part of this path is a file; choose another folder (${option})`,
  ENOTEMPTY: `something else has been written there meanwhile; choose another folder (${option})`,
});

const reading: Remedies = {
  ...common,
  ENOENT: 'check the path',
  EACCES: 'let yourself read it (its rights and those of the folders above), or name another',
  EPERM: 'let yourself read it (its rights and those of the folders above), or name another',
};

/** The system's short word for what went wrong, such as `EACCES`; undefined of errors that are not the system's. */
export function systemCode(error: unknown): string | undefined {
  const { code, errno = 0 } = (error ?? {}) as NodeJS.ErrnoException;
  if (typeof code !== 'string') return undefined;
  // Node has no name for some of the system's numbers, such as that of a full quota, and says so in two ways.
  if (/^unknown/i.test(code))
    return Object.entries(constants.errno).find(([, number]) => number === Math.abs(errno))?.[0];
  const hasNul = code === 'ERR_INVALID_ARG_VALUE' && /null bytes/.test((error as Error).message);
  return hasNul || /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/**
 * Of writing.
 *
 * @param option that chooses another place
 * @returns the error itself if it is not the system's
 */
export function unwritable(path: string, error: unknown, option = '--out'): unknown {
  return translated(path, 'a writable file', error, writing(option));
}

/** Of reading. @param expected such as `a readable table` @returns the error itself if it is not the system's */
export function unreadable(path: string, expected: string, error: unknown): unknown {
  return translated(path, expected, error, reading);
}

/** Of anything, where all that is known is what the system says. @returns undefined if it is not the system's */
export function systemSentence(error: unknown): string | undefined {
  const { path, syscall = 'a path', message } = error as NodeJS.ErrnoException;
  const isOfMemory = /allocat|out of memory|bad_alloc/i.test(message);
  if (isOfMemory && !(error instanceof TypeError)) {
    const remedy = 'close some programs, or lower --jobs, training.batchSize or the size of the model';
    return explain('memory', 'enough for this command', message.split('\n')[0], remedy);
  }
  const sentence = translated(path ?? syscall, 'a path that can be used', error, reading);
  return sentence instanceof DataError ? sentence.message : undefined;
}

function translated(path: string, expected: string, error: unknown, remedies: Remedies): unknown {
  if (error instanceof DataError) return error;
  const code = systemCode(error);
  if (code === undefined) return error;
  const isMissing = code === 'ENOENT' && remedies === reading;
  const got = code === 'ERR_INVALID_ARG_VALUE' ? 'a NUL character' : isMissing ? 'no file' : code;
  return new DataError(explain(path, expected, got, remedies[code] ?? 'run the same command again'));
}
