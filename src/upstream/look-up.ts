import { timeoutSignal } from '../model/clock.ts';
import type { Backend } from './backend.ts';
import type { Connections } from './connections.ts';

/** What a backend said to a question that costs nothing. */
export type LookedUp = { readonly path: string; readonly status: number } | { readonly thrown: unknown };

/**
 * Asks for its list of models, or what else it can be asked for nothing, with its key. Never rejects; undefined where its
 * type knows no such question.
 */
export async function lookUp(
  backend: Backend,
  connections: Connections,
  withinMs: number,
): Promise<LookedUp | undefined> {
  const { provider, basePath, origin, config } = backend;
  const { probe, modelsPath } = provider;
  const probePath = probe && (probe.from === 'base' ? basePath : '') + probe.path;
  const path = modelsPath === undefined ? (config.health.path ?? probePath) : `${basePath}${modelsPath}`;
  if (path === undefined || origin === undefined) return undefined;
  try {
    const { statusCode, body } = await connections.poolOf(backend).request({
      ...{ origin, path, method: 'GET' },
      headers: [...backend.lookUpHeaders],
      signal: timeoutSignal(withinMs),
    });
    await body.dump();
    return { path, status: statusCode };
  } catch (thrown) {
    return { thrown };
  }
}
