import { isUtf8 } from 'node:buffer';
import type { DaemonConfig } from '../config/config.ts';
import type { Asked } from '../model/call.ts';
import { GatewayError } from '../model/gateway-error.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import { type JsonOutline, outlineJson, VALUES_MAX } from '../model/json-outline.ts';
import type { Exchange } from './exchange.ts';

/** A request body in the three forms the journey needs: as it came, where its members stand, and parsed. */
export interface ReadQuestion {
  readonly bytes: Buffer;
  readonly outline: JsonOutline;
  readonly body: JsonObject;
  readonly asked: Asked;
}

/** Throws `GatewayError('invalid_request')` on whatever is no JSON object this dialect can ask with. */
export function readQuestion(
  exchange: Exchange,
  bytes: Buffer,
  limits: DaemonConfig['limits'],
): ReadQuestion {
  if (bytes.length === 0)
    throw new GatewayError('invalid_request', 'The request body is empty; send a JSON object.');
  if (!isUtf8(bytes)) throw new GatewayError('invalid_request', 'The request body is not valid UTF-8.');
  const outline = outlineJson(bytes, { depthMax: limits.jsonDepthMax, valuesMax: VALUES_MAX });
  const body = parseObject(bytes);
  const asked = exchange.dialect.readAsked(body, exchange.address);
  if (asked.model !== undefined) checkName(asked.model);
  return { bytes, outline, body, asked };
}

/** Paths of model files are names, too. */
const MODEL_NAME_MAX = 256;

/** The name goes into headers, log lines, metrics and the ledger; what no server calls its models stays out (J8). */
function checkName(model: string): void {
  if (model.length > MODEL_NAME_MAX) throw badName(`is longer than ${MODEL_NAME_MAX} characters`);
  if (/\p{Cc}|\p{Cs}/u.test(model)) throw badName('holds control characters or broken ones');
}

function badName(why: string): GatewayError {
  return new GatewayError('invalid_request', `The name in "model" ${why}.`, { param: 'model' });
}

function parseObject(bytes: Buffer): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : 'it could not be parsed';
    throw new GatewayError(
      'invalid_request',
      `The request body is not valid JSON: ${withoutQuotation(why)}.`,
    );
  }
  if (isJsonObject(parsed)) return parsed;
  throw new GatewayError('invalid_request', 'The request body must be a JSON object.');
}

/** V8 quotes a piece of the text in its message; prompts stay out of messages and logs. */
function withoutQuotation(message: string): string {
  return message.replace(/, (\.\.\.)?".*$/s, '').replace(/ in JSON/, '');
}
