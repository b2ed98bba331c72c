/**
 * The `config.json` of a Hugging Face checkpoint, from a network's sizes.
 *
 * @source huggingface/transformers, models/electra/configuration_electra.py and models/bert/configuration_bert.py
 */
import { segmentTypes } from '../model/encoder.ts';
import { layerNormEpsilon } from '../model/layers.ts';
import type { EncoderSizes } from '../model/sizes.ts';
import type { HubArchitecture } from './hugging-face.ts';

/** What `transformers` needs to build the network; keys are its own. */
export interface HubConfig {
  architectures: string[];
  model_type: string;
  vocab_size: number;
  /** ELECTRA's only: BERT's embeddings are as wide as its states. */
  embedding_size?: number;
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  intermediate_size: number;
  hidden_act: string;
  hidden_dropout_prob: number;
  attention_probs_dropout_prob: number;
  max_position_embeddings: number;
  type_vocab_size: number;
  initializer_range: number;
  layer_norm_eps: number;
  position_embedding_type: string;
  pad_token_id: number;
  tie_word_embeddings: boolean;
  torch_dtype: string;
}

export function hubConfig(architecture: HubArchitecture, sizes: EncoderSizes, padId: number): HubConfig {
  const isBert = architecture === 'BertForMaskedLM';
  return {
    architectures: [architecture],
    model_type: isBert ? 'bert' : 'electra',
    vocab_size: sizes.vocabulary,
    ...(isBert ? {} : { embedding_size: sizes.embedding }),
    hidden_size: sizes.hidden,
    num_hidden_layers: sizes.layers,
    num_attention_heads: sizes.heads,
    intermediate_size: sizes.feedForward,
    hidden_act: 'gelu', // the exact one, by erf
    hidden_dropout_prob: sizes.dropout,
    attention_probs_dropout_prob: sizes.attentionDropout,
    max_position_embeddings: sizes.maxPositions,
    type_vocab_size: segmentTypes,
    initializer_range: sizes.initialStd,
    layer_norm_eps: layerNormEpsilon,
    position_embedding_type: 'absolute',
    pad_token_id: padId,
    tie_word_embeddings: true,
    torch_dtype: 'float32',
  };
}
