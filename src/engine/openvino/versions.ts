/** Which versions of OpenVINO are used: those whose C interface and numbers were tested. */
import { ConfigError, explain } from '../../base/errors.ts';

const major = 2026;
/** For people. */
export const openvinoRange = `${major}.0 to ${major}.4`;
const newestMinor = 4;

export const openvinoRemedy = `python3 -m pip install "openvino>=${major}.0,<${major}.5"`;

/**
 * @param build as the library says it: `2026.4.1-22983-…`
 * @returns `2026.4.1`
 * @throws {ConfigError} outside the range
 */
export function checkedVersion(build: string, path: string): string {
  const version = /^\d+\.\d+\.\d+/.exec(build)?.[0];
  const [year, minor] = (version ?? '').split('.').map(Number);
  if (version && year === major && minor! <= newestMinor) return version;
  const [rule, remedy] = [`OpenVINO ${openvinoRange}`, `run \`${openvinoRemedy}\``];
  throw new ConfigError(explain(`engine openvino: ${path}`, rule, version ?? build, remedy));
}
