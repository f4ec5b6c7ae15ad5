/** A llama of two layers with random weights, always the same ones: it talks nonsense, but as a real model does. */
import { ggufFile, type MetadataValue, type Tensor } from './gguf-file.ts';
import { tinyVocabulary } from './tiny-vocabulary.ts';

const WIDTH = 64;
const INNER_WIDTH = 128;
const LAYERS = 2;
const HEADS = 4;
const CONTEXT_LENGTH = 2048;
/** Makes whole words likelier than bytes, whose rows are zero: random bytes would be no text. */
const WORD_SPREAD = 0.35;
const CHAT_TEMPLATE =
  "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant:";

export function tinyLlama(): Buffer {
  const vocabulary = tinyVocabulary();
  const random = randomNumbers(20_251_120);
  return ggufFile(metadata(vocabulary), tensors(vocabulary, random));
}

function metadata(vocabulary: ReturnType<typeof tinyVocabulary>): Record<string, MetadataValue> {
  return {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.name': { type: 'string', value: 'tiny-llama-of-noise' },
    'general.file_type': { type: 'uint32', value: 0 },
    'llama.vocab_size': { type: 'uint32', value: vocabulary.tokens.length },
    'llama.context_length': { type: 'uint32', value: CONTEXT_LENGTH },
    'llama.embedding_length': { type: 'uint32', value: WIDTH },
    'llama.block_count': { type: 'uint32', value: LAYERS },
    'llama.feed_forward_length': { type: 'uint32', value: INNER_WIDTH },
    'llama.attention.head_count': { type: 'uint32', value: HEADS },
    'llama.attention.head_count_kv': { type: 'uint32', value: HEADS },
    'llama.attention.layer_norm_rms_epsilon': { type: 'float32', value: 1e-5 },
    'llama.rope.dimension_count': { type: 'uint32', value: WIDTH / HEADS },
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

function tensors({ tokens, words }: ReturnType<typeof tinyVocabulary>, random: () => number): Tensor[] {
  const matrix = (name: string, inner: number, outer: number): Tensor => ({
    name,
    shape: [inner, outer],
    data: Float32Array.from({ length: inner * outer }, () => random() / Math.sqrt(inner)),
  });
  const norm = (name: string): Tensor => ({ name, shape: [WIDTH], data: new Float32Array(WIDTH).fill(1) });
  const layer = (at: number): Tensor[] => [
    norm(`blk.${at}.attn_norm.weight`),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) =>
      matrix(`blk.${at}.${name}.weight`, WIDTH, WIDTH),
    ),
    norm(`blk.${at}.ffn_norm.weight`),
    matrix(`blk.${at}.ffn_gate.weight`, WIDTH, INNER_WIDTH),
    matrix(`blk.${at}.ffn_up.weight`, WIDTH, INNER_WIDTH),
    matrix(`blk.${at}.ffn_down.weight`, INNER_WIDTH, WIDTH),
  ];
  return [
    matrix('token_embd.weight', WIDTH, tokens.length),
    ...Array.from({ length: LAYERS }, (_, at) => layer(at)).flat(),
    norm('output_norm.weight'),
    { name: 'output.weight', shape: [WIDTH, tokens.length], data: outputRows(tokens.length, words, random) },
  ];
}

function outputRows(rows: number, words: readonly number[], random: () => number): Float32Array {
  const data = new Float32Array(rows * WIDTH);
  for (const row of words) {
    for (let at = 0; at < WIDTH; at++) data[row * WIDTH + at] = random() * WORD_SPREAD;
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
