import type { Dispatcher } from 'undici';
import { timeoutSignal } from '../model/clock.ts';
import type { Backend } from './backend.ts';

/** Questions to a backend that cost nothing: by GET, with its key. */

/** What proves that it lives; undefined: its type knows no such question. */
export function probePathOf({ config, provider, basePath }: Backend): string | undefined {
  if (config.health.path !== undefined) return config.health.path;
  const { probe } = provider;
  return probe && (probe.from === 'base' ? basePath : '') + probe.path;
}

/** Where it lists its models; undefined: it does not. */
export function modelsPathOf({ provider, basePath }: Backend): string | undefined {
  return provider.modelsPath === undefined ? undefined : `${basePath}${provider.modelsPath}`;
}

/** With which status it answers. `origin` is the backend's own. Throws what the connection throws. */
export async function statusOf(
  { lookUpHeaders }: Backend,
  origin: string,
  path: string,
  pool: Dispatcher,
  withinMs: number,
): Promise<number> {
  const { statusCode, body } = await pool.request({
    ...{ origin, path, method: 'GET' },
    headers: [...lookUpHeaders],
    signal: timeoutSignal(withinMs),
  });
  await body.dump();
  return statusCode;
}
