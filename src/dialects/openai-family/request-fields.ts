import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';

/**
 * Readers of the few request members the gateway itself relies on. `null` means absent, as at OpenAI.
 * Each throws `GatewayError('invalid_request')` naming the member.
 */
export function readString(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(name, 'a string');
  return value;
}

export function readBoolean(body: JsonObject, name: string): boolean {
  const value = body[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw wrongType(name, 'true or false');
  return value;
}

/** A whole number of at least `min`. */
export function readCount(body: JsonObject, name: string, min: number): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) {
    throw wrongType(name, `a whole number of at least ${min}`);
  }
  return value;
}

export function wrongType(name: string, wanted: string): GatewayError {
  return new GatewayError('invalid_request', `"${name}" must be ${wanted}.`, { param: name });
}

export function missing(name: string): GatewayError {
  return new GatewayError('invalid_request', `The request has no "${name}"; it is required.`, {
    param: name,
  });
}
