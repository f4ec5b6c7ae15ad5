import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';

/**
 * Readers of single request members. `null` means absent, as in Go, where Ollama decodes it. Each throws
 * `GatewayError('invalid_request')` naming the member by its whole path; `path` ends in a dot, or is ''.
 */
export function readString(object: JsonObject, name: string, path = ''): string | undefined {
  const value = object[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw wrongType(path + name, 'a string');
  return value;
}

export function readNumber(object: JsonObject, name: string, path = ''): number | undefined {
  const value = object[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongType(path + name, 'a number');
  return value;
}

/** A whole number, of either sign. */
export function readInteger(object: JsonObject, name: string, path = ''): number | undefined {
  const value = readNumber(object, name, path);
  if (value !== undefined && !Number.isSafeInteger(value)) throw wrongType(path + name, 'a whole number');
  return value;
}

export function readBoolean(object: JsonObject, name: string, path = ''): boolean | undefined {
  const value = object[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'boolean') throw wrongType(path + name, 'true or false');
  return value;
}

/** A list; absent is empty. */
export function readList(object: JsonObject, name: string, path = ''): readonly JsonValue[] {
  const value = object[name] ?? [];
  if (!Array.isArray(value)) throw wrongType(path + name, 'an array');
  return value;
}

export function wrongType(param: string, wanted: string): GatewayError {
  return new GatewayError('invalid_request', `"${param}" must be ${wanted}.`, { param });
}

export function missing(param: string): GatewayError {
  return new GatewayError('invalid_request', `The request has no "${param}"; it is required.`, { param });
}
