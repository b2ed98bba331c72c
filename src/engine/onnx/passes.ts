/** Which nodes of a training step are its forward pass, and which were added by the gradient. */
import type { OnnxModel, OnnxNode } from './model-file.ts';

export const passes = ['forward', 'backward'] as const;
export type Pass = (typeof passes)[number];

/** As `differentiate` names them. */
const isGradient = (output: string) => output.startsWith('gradients/');

/**
 * Names every node after its pass, `forward/…` where something else than a gradient needs it, else `backward/…`. What
 * ONNX Runtime fuses keeps the beginning of a name.
 */
export function namePasses(model: OnnxModel): void {
  const makers = new Map(model.nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
  const forward = new Set<OnnxNode>();
  const waiting = model.outputs.map(({ name }) => name).filter((name) => !isGradient(name));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = makers.get(name);
    if (!node || forward.has(node)) continue;
    forward.add(node);
    waiting.push(...node.inputs);
  }
  for (const [i, node] of model.nodes.entries()) {
    node.name = `${forward.has(node) ? 'forward' : 'backward'}/${node.operator}.${i}`;
  }
}

/** @returns undefined for a node that ONNX Runtime has made up */
export function passOf(nodeName: string): Pass | undefined {
  return passes.find((pass) => nodeName.startsWith(`${pass}/`));
}
