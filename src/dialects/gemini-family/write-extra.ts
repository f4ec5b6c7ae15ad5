import type { GenerationCall } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';

/** What is added to a request for members that have no place in a call. */
export interface WrittenExtra {
  readonly tools: readonly JsonObject[];
  readonly responseModalities?: readonly string[];
}

/** Book-keeping nobody can miss. */
const silent: ReadonlySet<string> = new Set(['service_tier', 'metadata', 'store', 'user']);

/** The members nobody placed (protocols 11): the few Google has something like, the rest told. */
export function writeExtra({ extra, tools }: GenerationCall, warnings: Warnings): WrittenExtra {
  const modalities = writeModalities(extra, warnings);
  const search = isJsonObject(extra['web_search_options']) && tools.length === 0;
  for (const [name, value] of Object.entries(extra)) {
    const isWritten = name === 'modalities' || (name === 'web_search_options' && search);
    if (!isWritten && !silent.has(name) && value !== undefined) tellLost(name, value, warnings);
  }
  return { tools: search ? [{ googleSearch: {} }] : [], ...modalities };
}

/** Speech changes what the answer is; everything else only how it comes about. */
function tellLost(name: string, value: JsonValue, warnings: Warnings): void {
  if (name === 'audio' && value !== null)
    warnings.refuse(name, 'This model does not answer in speech; leave out "audio".');
  else warnings.dropped(name);
}

function writeModalities(extra: JsonObject, warnings: Warnings): Pick<WrittenExtra, 'responseModalities'> {
  const wanted = Array.isArray(extra['modalities']) ? (extra['modalities'] as readonly JsonValue[]) : [];
  if (wanted.includes('audio')) {
    warnings.refuse('modalities', 'This model does not answer in speech; ask for "text" alone.');
  }
  return wanted.includes('image') ? { responseModalities: ['TEXT', 'IMAGE'] } : {};
}
