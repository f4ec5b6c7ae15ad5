import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Operation } from '../../model/operation.ts';
import type { Address } from '../dialect.ts';
import { readModel } from '../openai-family/asked-fields.ts';
import { readBoolean, readCount, wrongType } from '../openai-family/request-fields.ts';

/** What routing and policy need of a request for or about a medium. Usage comes unasked. */
export function askedOf(
  operation: Operation,
  body: JsonObject,
  address: Address,
  wishes: { readonly isStream: boolean; readonly choices?: number },
): Asked {
  return {
    operation,
    model: readModel(body, address),
    isStream: wishes.isStream,
    wantsStreamUsage: true,
    outputTokensMax: undefined,
    choices: wishes.choices ?? 1,
    sessionKey: undefined,
  };
}

/** `stream`, which a form can only say as text. What is no truth value is left to the backend to judge. */
export function readStreamWish(body: JsonObject): boolean {
  const { stream } = body;
  return typeof stream === 'string' ? /^(true|1)$/i.test(stream) : readBoolean(body, 'stream');
}

const IMAGES_MAX = 10;

/** How many images; it multiplies what they cost, so it is checked here and not left to the backend. */
export function readImageCount(body: JsonObject): number {
  const told = body['n'];
  const isText = typeof told === 'string' && /^\d{1,9}$/.test(told);
  const count = readCount(isText ? { n: Number(told) } : body, 'n', 1) ?? 1;
  if (count > IMAGES_MAX) throw wrongType('n', `a whole number from 1 to ${IMAGES_MAX}`);
  return count;
}
