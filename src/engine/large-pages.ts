/**
 * Large pages of memory, which spare a processor most of its look-ups of addresses. glibc asks Linux for them where
 * this variable says so when a process starts; other systems know nothing of it and lose nothing.
 *
 * @source glibc manual, Memory Allocation Tunables (`glibc.malloc.hugetlb`, since 2.35)
 */
const [name, value] = ['GLIBC_TUNABLES', 'glibc.malloc.hugetlb=1'];

/** The environment for a process that trains; what its user has set stays. */
export function withLargePages(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { [name]: value, ...environment };
}

/**
 * Has this process begin again with them, under its own number, unless it began with the variable. Node can do that
 * since 22.15; an earlier one goes on as it is.
 */
export function restartWithLargePages(): void {
  const { execve } = process as { execve?(file: string, args: string[], env: NodeJS.ProcessEnv): never };
  if (process.platform !== 'linux' || name in process.env || !execve) return;
  const words = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  execve.call(process, process.execPath, words, withLargePages(process.env));
}

/** The same as a line for a shell. */
export const exportLargePages = `export ${name}="\${${name}:-${value}}"`;
