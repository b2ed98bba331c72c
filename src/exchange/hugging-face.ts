/**
 * Networks as Hugging Face `transformers` stores them: which of its weights is which of ours, in which shape.
 *
 * Only what is the same function to the last weight has a place there; `obstacleOf` says what has none. Weights that
 * it ties (the output table to the token embeddings) are left out of a file, as its own `save_pretrained` does.
 *
 * @source huggingface/transformers, src/transformers/models/electra/modeling_electra.py and models/bert/modeling_bert.py
 */
import { sizeOf } from '../engine/program.ts';
import { segmentTypes } from '../model/encoder.ts';
import type { NetworkPlan } from '../model/network.ts';
import type { NamedTensor } from '../model/safetensors.ts';
import type { EncoderSizes } from '../model/sizes.ts';

export type HubArchitecture = 'ElectraForPreTraining' | 'ElectraForMaskedLM' | 'BertForMaskedLM';

/** One weight in a file of theirs. */
export interface HubWeight {
  /** Its name there. */
  name: string;
  /** Its shape there: a dense layer is [to, from], where ours is [from, to]. */
  shape: number[];
  /** Our weight that it is, or is a part of. */
  ours: string;
  /** Which third of our joined query, key and value weights: 0, 1 or 2. */
  third?: number;
}

/** BERT's prediction head has no way from wide states to narrow embeddings; ELECTRA's has, and is else the same. */
export function architectureOf({ name, sizes, parameters }: NetworkPlan): HubArchitecture {
  if (parameters.some((spec) => spec.name === 'rtd.output.weights')) return 'ElectraForPreTraining';
  return name === 'bert' && sizes.embedding === sizes.hidden ? 'BertForMaskedLM' : 'ElectraForMaskedLM';
}

/** What of a network no architecture of theirs can hold, nor anything that is exactly the same; undefined if all fits. */
export function obstacleOf({
  sizes,
  parameters,
}: NetworkPlan): { key: string; expected: string; got: unknown } | undefined {
  if (sizes.positions !== 'absolute') {
    const expected = 'absolute, as the format has no bias per head and distance';
    return { key: 'model.positions', expected, got: sizes.positions };
  }
  if (parameters.some(({ name }) => name.startsWith('copyGate'))) {
    return {
      key: 'regime',
      expected: 'one whose heads the format has',
      got: 'all-tokens-mlm, with a copy gate',
    };
  }
  return undefined;
}

/** Every weight that a file of this architecture holds, in the order in which `transformers` builds the modules. */
export function hubWeights(architecture: HubArchitecture, sizes: EncoderSizes): HubWeight[] {
  const encoder = architecture === 'BertForMaskedLM' ? 'bert' : 'electra';
  return [...encoderWeights(encoder, sizes), ...headWeights(architecture, sizes)];
}

function encoderWeights(prefix: string, sizes: EncoderSizes): HubWeight[] {
  const { layers, hidden, embedding, vocabulary, maxPositions } = sizes;
  const embeddings = `${prefix}.embeddings`;
  const table = (name: string, rows: number, ours: string): HubWeight => {
    return { name: `${embeddings}.${name}.weight`, shape: [rows, embedding], ours: `embeddings.${ours}` };
  };
  return [
    table('word_embeddings', vocabulary, 'token'),
    table('position_embeddings', maxPositions, 'position'),
    table('token_type_embeddings', segmentTypes, 'segment'),
    ...layerNorm(`${embeddings}.LayerNorm`, 'embeddings.norm', embedding),
    ...(embedding === hidden
      ? []
      : dense(`${prefix}.embeddings_project`, 'embeddings.project', embedding, hidden)),
    ...Array.from({ length: layers }, (_, i) =>
      layerWeights(`${prefix}.encoder.layer.${i}`, `layer.${i}`, sizes),
    ).flat(),
  ];
}

function layerWeights(theirs: string, ours: string, { hidden, feedForward }: EncoderSizes): HubWeight[] {
  const third = (name: string, at: number) =>
    dense(`${theirs}.attention.self.${name}`, `${ours}.attention.queryKeyValue`, hidden, hidden).map(
      (weight) => ({ ...weight, third: at }),
    );
  return [
    ...['query', 'key', 'value'].flatMap(third),
    ...dense(`${theirs}.attention.output.dense`, `${ours}.attention.output`, hidden, hidden),
    ...layerNorm(`${theirs}.attention.output.LayerNorm`, `${ours}.attention.norm`, hidden),
    ...dense(`${theirs}.intermediate.dense`, `${ours}.feedForward.inner`, hidden, feedForward),
    ...dense(`${theirs}.output.dense`, `${ours}.feedForward.output`, feedForward, hidden),
    ...layerNorm(`${theirs}.output.LayerNorm`, `${ours}.feedForward.norm`, hidden),
  ];
}

function headWeights(
  architecture: HubArchitecture,
  { hidden, embedding, vocabulary }: EncoderSizes,
): HubWeight[] {
  const outputBias = (name: string): HubWeight => ({ name, shape: [vocabulary], ours: 'mlm.outputBias' });
  switch (architecture) {
    case 'ElectraForPreTraining':
      return [
        ...dense('discriminator_predictions.dense', 'rtd.transform', hidden, hidden),
        ...dense('discriminator_predictions.dense_prediction', 'rtd.output', hidden, 1),
      ];
    case 'ElectraForMaskedLM':
      return [
        ...layerNorm('generator_predictions.LayerNorm', 'mlm.norm', embedding),
        ...dense('generator_predictions.dense', 'mlm.transform', hidden, embedding),
        outputBias('generator_lm_head.bias'),
      ];
    case 'BertForMaskedLM':
      return [
        outputBias('cls.predictions.bias'),
        ...dense('cls.predictions.transform.dense', 'mlm.transform', hidden, hidden),
        ...layerNorm('cls.predictions.transform.LayerNorm', 'mlm.norm', hidden),
      ];
  }
}

function dense(theirs: string, ours: string, from: number, to: number): HubWeight[] {
  return [
    { name: `${theirs}.weight`, shape: [to, from], ours: `${ours}.weights` },
    { name: `${theirs}.bias`, shape: [to], ours: `${ours}.bias` },
  ];
}

function layerNorm(theirs: string, ours: string, size: number): HubWeight[] {
  return [
    { name: `${theirs}.weight`, shape: [size], ours: `${ours}.gain` },
    { name: `${theirs}.bias`, shape: [size], ours: `${ours}.bias` },
  ];
}

/** One of our weights as theirs: transposed, or a third of it; no number changes. */
export function toHub(weight: HubWeight, ours: Float32Array): NamedTensor {
  const values = new Float32Array(sizeOf(weight.shape));
  forEachPlace(weight, (theirs, place) => {
    values[theirs] = ours[place]!;
  });
  return { name: weight.name, shape: weight.shape, values };
}

/** Writes a weight of theirs to its place in ours. */
export function fromHub(weight: HubWeight, { values }: NamedTensor, ours: Float32Array): void {
  forEachPlace(weight, (theirs, place) => {
    ours[place] = values[theirs]!;
  });
}

/** Pairs of indices, in their weight and in ours. */
function forEachPlace({ shape, ours, third }: HubWeight, visit: (theirs: number, ours: number) => void) {
  const isDense = ours.endsWith('.weights');
  const rows = isDense ? shape[1]! : 1;
  const columns = sizeOf(shape) / rows;
  const width = third === undefined ? columns : 3 * columns;
  const start = (third ?? 0) * columns;
  for (let c = 0; c < columns; c++) {
    for (let r = 0; r < rows; r++) visit(c * rows + r, r * width + start + c);
  }
}
