import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';

/** Cohere's own members, for clients that know whom they talk to; Cohere judges their values. */
const known: ReadonlySet<string> = new Set(['safety_mode', 'citation_options', 'documents', 'priority']);

/** Book-keeping: nobody can tell from the answer whether it was sent (letter D). */
const unmissed: ReadonlySet<string> = new Set([
  'metadata',
  'store',
  'service_tier',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'stream_options',
]);

/** The members of a request that a call has no place for: some are known here, the rest is told of or refused. */
export function writeExtra(extra: JsonObject, warnings: Warnings): JsonObject {
  const kept: [string, JsonValue | undefined][] = [];
  for (const [name, value] of Object.entries(extra)) {
    if (known.has(name)) kept.push([name, value]);
    else giveUp(name, value, warnings);
  }
  return Object.fromEntries(kept);
}

function giveUp(name: string, value: JsonValue | undefined, warnings: Warnings): void {
  if (name === 'modalities') refuseSound(value, warnings);
  else if (name === 'moderation') refuseBlocking(value, warnings);
  else if (!unmissed.has(name)) warnings.dropped(name);
}

function refuseSound(value: JsonValue | undefined, warnings: Warnings): void {
  const isText = Array.isArray(value) && value.every((one) => one === 'text');
  if (!isText) warnings.refuse('modalities', 'The backend answers in text only.');
}

function refuseBlocking(value: JsonValue | undefined, warnings: Warnings): void {
  if (!isJsonObject(value) || value['mode'] !== 'block') return;
  warnings.refuse('moderation', 'The backend cannot block answers by moderation.');
}
