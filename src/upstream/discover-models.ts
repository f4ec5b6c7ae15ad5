import type { Dispatcher } from 'undici';
import { timeoutSignal } from '../model/clock.ts';
import { isJsonObject } from '../model/json.ts';
import type { Backend } from './backend.ts';

const ANSWER_WITHIN_MS = 5_000;
const MODELS_MAX = 5_000;

/**
 * Asks a backend which models it has. Answers their names, or undefined if it cannot be asked or does not say;
 * the caller then goes on with the last list it knew (a list is never blocked by a dead backend).
 */
export async function discoverModels(
  backend: Backend,
  pool: Dispatcher,
): Promise<readonly string[] | undefined> {
  const path = backend.provider.modelsPath;
  if (path === undefined || backend.origin === undefined) return undefined;
  try {
    const { statusCode, body } = await pool.request({
      origin: backend.origin,
      path: `${backend.basePath}${path}`,
      method: 'GET',
      headers: [...backend.fixedHeaders],
      signal: timeoutSignal(ANSWER_WITHIN_MS),
    });
    const answer: unknown = await body.json();
    return statusCode === 200 ? namesIn(answer) : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(answer: unknown): string[] | undefined {
  if (!isJsonObject(answer) || !Array.isArray(answer['data'])) return undefined;
  const names: string[] = [];
  for (const model of answer['data'].slice(0, MODELS_MAX)) {
    if (isJsonObject(model) && typeof model['id'] === 'string') names.push(model['id']);
  }
  return names;
}
