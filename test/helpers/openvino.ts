/** The OpenVINO of test/python/requirements.txt. Tests that need it are skipped where it is not, and say so. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { folderVariable } from '../../src/engine/openvino/find-library.ts';

const libraries = join(import.meta.dirname, '../../.cache/python/lib');
const [folder] = (existsSync(libraries) ? readdirSync(libraries) : [])
  .map((python) => join(libraries, python, 'site-packages/openvino'))
  .filter((path) => existsSync(path));

/** Write `describe.skipIf(!hasOpenvino)` or `it.skipIf(!hasOpenvino)`. */
export const hasOpenvino = folder !== undefined;
if (folder) process.env[folderVariable] = folder;
else process.stderr.write('\nSKIPPED: no OpenVINO to compare with; npm run python installs it\n\n');
