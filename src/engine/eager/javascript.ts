/** The engine `javascript`: tfjs's plain JavaScript, the slow reference. It runs wherever Node does. */
import { type EngineKind, versionOf } from '../engine-kind.ts';
import type { Engine } from '../program.ts';
import { createEagerEngine } from './eager-engine.ts';
import { loadJavascriptBackend } from './javascript-backend.ts';

export const javascript: EngineKind = {
  name: 'javascript',
  open: async () => openJavascript(),
  describe: async () => `${openJavascript().description}; the slow reference`,
};

export function openJavascript(): Engine {
  const version = versionOf('@tensorflow/tfjs-backend-cpu');
  return createEagerEngine(
    'javascript',
    loadJavascriptBackend(),
    `tfjs-backend-cpu ${version}, plain JavaScript`,
  );
}
