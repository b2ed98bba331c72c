/**
 * SwiftShader, Chromium's software GPU, on which the engine webgpu runs without one. Tests that need it are skipped where
 * it is not, and say so. It must be imported before ONNX Runtime asks for an adapter.
 */
import { existsSync } from 'node:fs';

const driver = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome']
  .map((folder) => `${folder}/vk_swiftshader_icd.json`)
  .find((path) => existsSync(path));
const loader = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib']
  .map((folder) => `${folder}/libvulkan.so.1`)
  .find((path) => existsSync(path));

export const hasSwiftshader = driver !== undefined && loader !== undefined;
if (hasSwiftshader) process.env.VK_ICD_FILENAMES = driver;
else {
  process.stderr.write('\nSKIPPED: no software GPU for WebGPU; apt-get install chromium libvulkan1\n\n');
}
