import type { EmbeddingsCall } from '../../model/call.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';

type Wishes = Pick<EmbeddingsCall, 'purpose' | 'title' | 'truncates'>;

/** What vectors are for, in the words of the vendors that ask (Cohere, NVIDIA, Voyage) and in ours. */
const purposes: ReadonlyMap<JsonValue | undefined, string> = new Map<JsonValue | undefined, string>([
  ['search_document', 'search_document'],
  ['search_query', 'search_query'],
  ['classification', 'classification'],
  ['clustering', 'clustering'],
  ['passage', 'search_document'],
  ['document', 'search_document'],
  ['query', 'search_query'],
]);

/** May long inputs be cut? Some vendors say where (Cohere, NVIDIA), others only that (Voyage). */
const truncations: ReadonlyMap<JsonValue | undefined, boolean> = new Map<JsonValue | undefined, boolean>([
  [true, true],
  ['START', true],
  ['END', true],
  [false, false],
  ['NONE', false],
]);

/**
 * Members that OpenAI does not know and vendors of embeddings do, with the names of those that were understood;
 * a word nobody knows is left where it stands.
 */
export function readVendorWishes(body: JsonObject): { wishes: Wishes; names: string[] } {
  const title = body['title'];
  const found = {
    input_type: purposes.get(body['input_type']),
    title: typeof title === 'string' ? title : undefined,
    truncate: truncations.get(body['truncate']),
    truncation: truncations.get(body['truncation']),
  };
  const wishes = {
    purpose: found.input_type,
    title: found.title,
    truncates: found.truncate ?? found.truncation,
  };
  const names = Object.entries(found).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  return { wishes, names };
}
