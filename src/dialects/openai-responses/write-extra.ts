import type { GenerationCall } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';

/** Samplers of servers that have more than OpenAI; they are spelled the same in all of their dialects. */
const vendorNames: ReadonlySet<string> = new Set([
  'repetition_penalty',
  'typical_p',
  'top_a',
  'min_tokens',
  'ignore_eos',
]);

/** What no other dialect has a place for: what is known here goes on, the rest is told or refused (protocols 11). */
export function writeExtra({ extra }: GenerationCall, { quirks, warnings }: Writing): JsonObject {
  const known: Record<string, JsonValue | undefined> = {};
  for (const [name, value] of Object.entries(extra)) {
    if (quirks.vendorSampling && vendorNames.has(name)) known[name] = value;
    else if (changesTheAnswer(name, value)) refuse(name, warnings);
    else if (!isEmptyWish(name, value)) warnings.dropped(name);
  }
  return known;
}

/** Spoken answers, and a filter that must stand in front of them. */
function changesTheAnswer(name: string, value: JsonValue | undefined): boolean {
  if (name === 'audio') return true;
  if (name === 'modalities') return !isTextOnly(value);
  return name === 'moderation' && isJsonObject(value) && value['mode'] === 'block';
}

/** Asks for nothing that does not come anyway, or for what only book-keeping knows. */
function isEmptyWish(name: string, value: JsonValue | undefined): boolean {
  return (name === 'modalities' && isTextOnly(value)) || name === 'moderation';
}

function isTextOnly(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.every((modality) => modality === 'text');
}

function refuse(name: string, warnings: Warnings): void {
  warnings.refuse(name, `"${name}" cannot be asked of this backend; leave it out.`);
}
