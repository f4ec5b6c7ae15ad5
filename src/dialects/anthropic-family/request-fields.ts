import { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/**
 * Readers of single members of a request. `null` means absent. Each throws `GatewayError('invalid_request')`
 * that names the member by its path; none ever shows its value.
 */
export function readString(object: JsonObject, name: string, path = ''): string | undefined {
  const value = object[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(pathTo(path, name), 'a string');
}

export function needString(object: JsonObject, name: string, path = ''): string {
  const value = object[name];
  if (typeof value === 'string') return value;
  throw wrongType(pathTo(path, name), 'a string');
}

export function readBoolean(object: JsonObject, name: string, path = ''): boolean | undefined {
  const value = object[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrongType(pathTo(path, name), 'true or false');
}

export function readNumber(object: JsonObject, name: string): number | undefined {
  const value = object[name] ?? undefined;
  if (value === undefined || typeof value === 'number') return value;
  throw wrongType(name, 'a number');
}

/** A whole number of at least 0. */
export function readCount(object: JsonObject, name: string, path = ''): number | undefined {
  const value = object[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrongType(pathTo(path, name), 'a whole number of at least 0');
}

export function readObject(object: JsonObject, name: string, path = ''): JsonObject | undefined {
  const value = object[name] ?? undefined;
  if (value === undefined || isJsonObject(value)) return value;
  throw wrongType(pathTo(path, name), 'an object');
}

export function needObject(value: JsonValue | undefined, path: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw wrongType(path, 'an object');
}

export function readList(object: JsonObject, name: string): readonly JsonValue[] {
  const value = object[name] ?? [];
  if (Array.isArray(value)) return value;
  throw wrongType(name, 'an array');
}

export function wrongType(path: string, wanted: string): GatewayError {
  return new GatewayError('invalid_request', `"${path}" must be ${wanted}.`, { param: path });
}

function pathTo(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
