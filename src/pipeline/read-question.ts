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

/**
 * Reads the whole body, and only then anything else happens: a waiting request whose body is unread would
 * never notice that its client has gone (faults.md 0.1, finding 3). Throws `GatewayError`.
 */
export async function readQuestion(
  exchange: Exchange,
  limits: DaemonConfig['limits'],
): Promise<ReadQuestion> {
  const bytes = await exchange.readBody();
  if (bytes.length === 0)
    throw new GatewayError('invalid_request', 'The request body is empty; send a JSON object.');
  if (!isUtf8(bytes)) throw new GatewayError('invalid_request', 'The request body is not valid UTF-8.');
  const outline = outlineJson(bytes, { depthMax: limits.jsonDepthMax, valuesMax: VALUES_MAX });
  const body = parseObject(bytes);
  return { bytes, outline, body, asked: exchange.dialect.readAsked(body) };
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
