/** A llama of two layers with random weights, always the same ones: it talks nonsense, but as a real model does. */
import { ggufFile, type MetadataValue, type Tensor } from './gguf-file.ts';
import { tinyVocabulary } from './tiny-vocabulary.ts';

const HEAD_WIDTH = 16;
const CONTEXT_LENGTH = 2048;
/** Makes whole words likelier than bytes, whose rows are zero: random bytes would be no text. */
const WORD_SPREAD = 0.35;
const CHAT_TEMPLATE =
  "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant:";

export interface TinyLlamaOptions {
  readonly name?: string;
  /** Another seed is another model: it says other things. */
  readonly seed?: number;
  /** Of its layers, a multiple of 16, and how many there are: a larger one takes longer over each token. */
  readonly width?: number;
  readonly layers?: number;
}

type Vocabulary = ReturnType<typeof tinyVocabulary>;
type Shape = Required<Pick<TinyLlamaOptions, 'width' | 'layers'>>;

export function tinyLlama(options: TinyLlamaOptions = {}): Buffer {
  const { name = 'tiny-llama-of-noise', seed = 20_251_120, width = 64, layers = 2 } = options;
  const vocabulary = tinyVocabulary();
  const shape = { width, layers };
  return ggufFile(metadata(name, vocabulary, shape), tensors(vocabulary, shape, randomNumbers(seed)));
}

function metadata(
  name: string,
  vocabulary: Vocabulary,
  { width, layers }: Shape,
): Record<string, MetadataValue> {
  return {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.name': { type: 'string', value: name },
    'general.file_type': { type: 'uint32', value: 0 },
    'llama.vocab_size': { type: 'uint32', value: vocabulary.tokens.length },
    'llama.context_length': { type: 'uint32', value: CONTEXT_LENGTH },
    'llama.embedding_length': { type: 'uint32', value: width },
    'llama.block_count': { type: 'uint32', value: layers },
    'llama.feed_forward_length': { type: 'uint32', value: 2 * width },
    'llama.attention.head_count': { type: 'uint32', value: width / HEAD_WIDTH },
    'llama.attention.head_count_kv': { type: 'uint32', value: width / HEAD_WIDTH },
    'llama.attention.layer_norm_rms_epsilon': { type: 'float32', value: 1e-5 },
    'llama.rope.dimension_count': { type: 'uint32', value: HEAD_WIDTH },
    // Mean pooling: an embedding is one vector per text, not one per token.
    'llama.pooling_type': { type: 'uint32', value: 1 },
    'tokenizer.ggml.model': { type: 'string', value: 'llama' },
    'tokenizer.ggml.pre': { type: 'string', value: 'default' },
    'tokenizer.ggml.tokens': { type: 'strings', value: vocabulary.tokens },
    'tokenizer.ggml.scores': { type: 'float32s', value: vocabulary.scores },
    'tokenizer.ggml.token_type': { type: 'int32s', value: vocabulary.types },
    'tokenizer.ggml.unknown_token_id': { type: 'uint32', value: 0 },
    'tokenizer.ggml.bos_token_id': { type: 'uint32', value: 1 },
    'tokenizer.ggml.eos_token_id': { type: 'uint32', value: 2 },
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
    'tokenizer.ggml.add_eos_token': { type: 'bool', value: false },
    'tokenizer.chat_template': { type: 'string', value: CHAT_TEMPLATE },
  };
}

function tensors({ tokens, words }: Vocabulary, { width, layers }: Shape, random: () => number): Tensor[] {
  const matrix = (name: string, inner: number, outer: number): Tensor => ({
    name,
    shape: [inner, outer],
    data: Float32Array.from({ length: inner * outer }, () => random() / Math.sqrt(inner)),
  });
  const norm = (name: string): Tensor => ({ name, shape: [width], data: new Float32Array(width).fill(1) });
  const layer = (at: number): Tensor[] => [
    norm(`blk.${at}.attn_norm.weight`),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) =>
      matrix(`blk.${at}.${name}.weight`, width, width),
    ),
    norm(`blk.${at}.ffn_norm.weight`),
    matrix(`blk.${at}.ffn_gate.weight`, width, 2 * width),
    matrix(`blk.${at}.ffn_up.weight`, width, 2 * width),
    matrix(`blk.${at}.ffn_down.weight`, 2 * width, width),
  ];
  return [
    matrix('token_embd.weight', width, tokens.length),
    ...Array.from({ length: layers }, (_, at) => layer(at)).flat(),
    norm('output_norm.weight'),
    {
      name: 'output.weight',
      shape: [width, tokens.length],
      data: outputRows(tokens.length, width, words, random),
    },
  ];
}

function outputRows(
  rows: number,
  width: number,
  words: readonly number[],
  random: () => number,
): Float32Array {
  const data = new Float32Array(rows * width);
  for (const row of words) {
    for (let at = 0; at < width; at++) data[row * width + at] = random() * WORD_SPREAD;
  }
  return data;
}

/** Roughly normal numbers from a fixed seed (mulberry32, twelve uniform ones summed). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return () => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, 0) - 6;
}
