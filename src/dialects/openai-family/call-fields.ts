import type { JsonObject, JsonValue } from '../../model/json.ts';
import { wrongType } from './request-fields.ts';

/** Members that chat and completions share, as `readCall` wants them. */

export function readNumber(body: JsonObject, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw wrongType(name, 'a number');
  return value;
}

/** One text or several at which the model stops. */
export function readStop(body: JsonObject): readonly string[] {
  const stop = body['stop'];
  if (stop === undefined || stop === null) return [];
  if (typeof stop === 'string') return [stop];
  if (isTexts(stop)) return stop;
  throw wrongType('stop', 'a string or an array of strings');
}

function isTexts(value: JsonValue): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** The members of a request that have no place in a call, by their wire name; null is absent. */
export function membersBut(body: JsonObject, placed: ReadonlySet<string>): JsonObject {
  const others = Object.entries(body).filter(([name, value]) => value !== null && !placed.has(name));
  return Object.fromEntries(others);
}
