import type { Dispatcher } from 'undici';
import { timeoutSignal } from '../model/clock.ts';
import type { Backend, BackendSurface } from './backend.ts';

const ANSWER_WITHIN_MS = 3_000;
/** No look-up knows a model, and no path of an optional surface depends on one. */
const anyPlace = { model: '', isStream: false, route: '', query: '' };

/**
 * Which of its optional surfaces a backend surely does not have, found out without giving it any work: every path
 * is asked by `GET`, where only a `POST` does something. A server that tells a wrong method (405) from a wrong path
 * (404) thereby says what is there; FastAPI (vLLM, SGLang) and Ollama do (RFC 9110, 15.5.6). Whether it does is
 * seen from a path that is there for certain. One that does not (llama-server, LM Studio), that wants another key
 * or does not answer proves nothing: the answer is empty, and the first request will find out.
 */
export async function findMissingSurfaces(
  backend: Backend,
  pool: Dispatcher,
): Promise<readonly BackendSurface[]> {
  const optional = backend.surfaces.filter(({ isOptional }) => isOptional);
  const certain = backend.surfaces.find(({ isOptional }) => !isOptional);
  if (optional.length === 0 || certain === undefined) return [];
  if ((await statusOfGet(backend, certain, pool)) !== 405) return [];
  const missing: BackendSurface[] = [];
  for (const surface of optional) {
    if ((await statusOfGet(backend, surface, pool)) === 404) missing.push(surface);
  }
  return missing;
}

/** Undefined: no answer. */
async function statusOfGet(
  backend: Backend,
  surface: BackendSurface,
  pool: Dispatcher,
): Promise<number | undefined> {
  if (backend.origin === undefined) return undefined;
  try {
    const { statusCode, body } = await pool.request({
      origin: backend.origin,
      path: surface.pathFor(anyPlace),
      method: 'GET',
      headers: [...surface.fixedHeaders],
      signal: timeoutSignal(ANSWER_WITHIN_MS),
    });
    await body.dump();
    return statusCode;
  } catch {
    return undefined;
  }
}
