import type { Dispatcher } from 'undici';
import { timeoutSignal } from '../model/clock.ts';
import { isJsonObject } from '../model/json.ts';
import type { Backend } from './backend.ts';
import { modelsPathOf } from './look-up.ts';

const ANSWER_WITHIN_MS = 5_000;
const MODELS_MAX = 5_000;
const NAME_MAX = 256;
const LIST_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Asks a backend which models it has. Answers their names, or undefined if it cannot be asked or does not say;
 * the caller then goes on with the last list it knew (a list is never blocked by a dead backend).
 */
export async function discoverModels(
  backend: Backend,
  pool: Dispatcher,
): Promise<readonly string[] | undefined> {
  const path = modelsPathOf(backend);
  if (path === undefined || backend.origin === undefined) return undefined;
  try {
    const { statusCode, body } = await pool.request({
      origin: backend.origin,
      path,
      method: 'GET',
      headers: [...backend.lookUpHeaders],
      signal: timeoutSignal(ANSWER_WITHIN_MS),
    });
    const answer: unknown = JSON.parse(await boundedText(body));
    return statusCode === 200 ? namesIn(answer) : undefined;
  } catch {
    return undefined;
  }
}

/** Throws past the bound: a list of models that does not end is none. */
async function boundedText(body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > LIST_BYTES_MAX) throw new RangeError('the list of models is too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length).toString('utf8');
}

/**
 * OpenAI's list has `data` of things with an `id`; Ollama's, Gemini's and Cohere's have `models` with a `name`; some
 * wrap their list into nothing, and who makes pictures lists the files of its models.
 */
function namesIn(answer: unknown): string[] | undefined {
  const list = isJsonObject(answer)
    ? (answer['data'] ?? answer['models'] ?? answer['model_filenames'])
    : answer;
  if (!Array.isArray(list)) return undefined;
  const names: string[] = [];
  for (const model of list.slice(0, MODELS_MAX)) {
    const id: unknown = isJsonObject(model) ? (model['id'] ?? model['name']) : model;
    if (typeof id === 'string' && id.length <= NAME_MAX) names.push(id.replace(/^models\//, ''));
  }
  return names;
}
