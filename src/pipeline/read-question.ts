import { isUtf8 } from 'node:buffer';
import type { DaemonConfig } from '../config/config.ts';
import type { Reading } from '../dialects/dialect.ts';
import type { Asked } from '../model/call.ts';
import { GatewayError } from '../model/gateway-error.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import { type JsonOutline, outlineJson, VALUES_MAX } from '../model/json-outline.ts';
import type { Exchange, Form } from './exchange.ts';

/** A request body as the journey needs it: as it came, and read. */
export interface ReadQuestion {
  readonly sent: SentJson | Form;
  /** The object that was sent, or the fields of the form. */
  readonly body: JsonObject;
  readonly asked: Asked;
}

/** JSON as it came, and where its members stand. */
export interface SentJson {
  readonly bytes: Buffer;
  readonly outline: JsonOutline;
}

/** Throws `GatewayError('invalid_request')` on whatever this dialect cannot ask with. Who gets a question forgets it. */
export async function readQuestion(
  exchange: Exchange,
  limits: DaemonConfig['limits'],
): Promise<ReadQuestion> {
  const form = exchange.dialect.takesForms === true ? exchange.readForm() : undefined;
  if (form !== undefined) return readForm(exchange, await form);
  return readJson(exchange, await exchange.readBody(), limits);
}

/** The files it came with, by their field; undefined = it was no form. */
export function filesOf({ sent }: Pick<ReadQuestion, 'sent'>): Reading['files'] {
  return 'files' in sent ? (field) => sent.files(field) : undefined;
}

/** The call is over: what lies on a disk for it is not needed any more. */
export function forget({ sent }: ReadQuestion): void {
  if ('close' in sent) sent.close();
}

function readForm(exchange: Exchange, form: Form): ReadQuestion {
  try {
    return { sent: form, body: form.body, asked: readAsked(exchange, form.body) };
  } catch (thrown) {
    form.close();
    throw thrown;
  }
}

function readJson(exchange: Exchange, bytes: Buffer, limits: DaemonConfig['limits']): ReadQuestion {
  if (bytes.length === 0)
    throw new GatewayError('invalid_request', 'The request body is empty; send a JSON object.');
  if (!isUtf8(bytes)) throw new GatewayError('invalid_request', 'The request body is not valid UTF-8.');
  const outline = outlineJson(bytes, { depthMax: limits.jsonDepthMax, valuesMax: VALUES_MAX });
  const body = parseObject(bytes);
  return { sent: { bytes, outline }, body, asked: readAsked(exchange, body) };
}

function readAsked({ dialect, address }: Exchange, body: JsonObject): Asked {
  const asked = dialect.readAsked(body, address);
  if (asked.model !== undefined) checkName(asked.model);
  return asked;
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
