/** Which versions of OpenVINO are used: those whose C interface and numbers were tested. 2026.0 cannot read our models. */
import { ConfigError, explain } from '../../base/errors.ts';

const release = '2026.4';

export const openvinoRemedy = `python3 -m pip install "openvino==${release}.*"`;

/**
 * @param build as the library says it: `2026.4.1-22983-…`
 * @returns `2026.4.1`
 * @throws {ConfigError} of another release
 */
export function checkedVersion(build: string, path: string): string {
  const version = /^\d+\.\d+\.\d+/.exec(build)?.[0];
  if (version?.startsWith(`${release}.`)) return version;
  const remedy = `run \`${openvinoRemedy}\``;
  throw new ConfigError(explain(`engine openvino: ${path}`, `OpenVINO ${release}`, version ?? build, remedy));
}
