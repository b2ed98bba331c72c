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

/** The same as a line for a shell. */
export const exportLargePages = `export ${name}="\${${name}:-${value}}"`;
