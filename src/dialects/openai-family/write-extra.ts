import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { bookKeeping } from './book-keeping.ts';

/** Samplers that servers of this family have beside OpenAI's; they mean the same at vLLM, SGLang, llama.cpp and Ollama. */
const vendorNames: ReadonlySet<string> = new Set([
  'repetition_penalty',
  'repeat_penalty',
  'repeat_last_n',
  'typical_p',
  'top_a',
  'tfs_z',
  'mirostat',
  'mirostat_eta',
  'mirostat_tau',
  'min_tokens',
  'ignore_eos',
]);

/** Those the server knows go on; of the rest, each is told that somebody could miss (protocols 11). */
export function writeExtra({ extra }: GenerationCall, { quirks, warnings }: Writing): JsonObject {
  const known: Record<string, JsonValue | undefined> = {};
  for (const [name, value] of Object.entries(extra)) {
    const isKnown = name === 'logit_bias' ? quirks.logitBias : quirks.vendorSampling && vendorNames.has(name);
    if (isKnown) known[name] = value;
    else if (!bookKeeping.includes(name)) warnings.dropped(name);
  }
  return known;
}
