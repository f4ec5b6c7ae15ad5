import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { Warnings } from '../../model/warnings.ts';
import { isAbsent, isWithin, LOWERED } from '../edits-family/cap-tokens.ts';

const configNames = ['generationConfig', 'generation_config'];
const limitNames = ['maxOutputTokens', 'max_output_tokens'];

/**
 * The edits after which no candidate is longer than `max` tokens. Both spellings of a member are looked at: which of two
 * Google goes by is not for us to know.
 */
export function capOutput(
  outline: JsonOutline,
  body: JsonObject,
  max: number,
  warnings: Warnings,
): ByteEdit[] {
  const named = configNames.filter((name) => isJsonObject(body[name]));
  if (named.length === 0) {
    const name = configNames.find((one) => outline.span(one) !== undefined) ?? 'generationConfig';
    return [outline.editToSet(name, JSON.stringify({ maxOutputTokens: max }))];
  }
  return named.flatMap((name) => capConfig(outline, name, body[name] as JsonObject, max, warnings));
}

function capConfig(
  outline: JsonOutline,
  name: string,
  config: JsonObject,
  max: number,
  warnings: Warnings,
): ByteEdit[] {
  const there = limitNames.filter((limit) => config[limit] !== undefined);
  if (there.length === 0) return [insertion(outline, name, config, max)];
  const limits = there.filter((limit) => isLimit(config[limit]));
  const tooHigh = limits.filter((limit) => !isWithin(config[limit], 1, max));
  for (const limit of tooHigh) warnings.changed(`${name}.${limit}`, LOWERED);
  // A 0 beside a limit may be the one that counts, as no limit at all.
  const toSet = limits.length === 0 ? there : [...tooHigh, ...there.filter((limit) => config[limit] === 0)];
  if (toSet.length === 0) return [];
  const capped = Object.fromEntries(toSet.map((limit) => [limit, max]));
  return [outline.editToSet(name, JSON.stringify({ ...config, ...capped }))];
}

/** Behind the opening brace, so that all that stands there stays as it is. */
function insertion(outline: JsonOutline, name: string, config: JsonObject, max: number): ByteEdit {
  const at = (outline.span(name)?.start ?? 0) + 1;
  const comma = Object.keys(config).length > 0 ? ',' : '';
  return { start: at, end: at, text: `"maxOutputTokens":${max}${comma}` };
}

/** A limit of 0 is how Google's JSON may write an absent one. */
function isLimit(value: JsonValue | undefined): boolean {
  return !isAbsent(value) && value !== 0;
}
