import { request } from 'undici';
import { timeoutSignal } from '../model/clock.ts';
import { isJsonObject } from '../model/json.ts';
import type { Catalog } from '../providers/load-catalog.ts';
import type { Provider } from '../providers/provider.ts';

/** A runtime somebody has already started on this machine. */
export interface FoundRuntime {
  readonly type: string;
  readonly name: string;
  readonly title: string;
  readonly baseUrl: string;
}

const ANSWER_WITHIN_MS = 300;

/**
 * Looks on loopback, at the port each provider of the catalogue listens on by habit, for a server that lists
 * models. Several providers share a port (8080): the first whose probe answers takes it.
 */
export async function findLocalRuntimes(catalog: Catalog): Promise<FoundRuntime[]> {
  const candidates = catalog.all.filter((provider) => provider.localPort !== undefined);
  const answers = await Promise.all(
    candidates.map(async (provider) => ((await isThere(provider)) ? provider : undefined)),
  );
  const byPort = new Map<number, Provider>();
  for (const provider of answers) {
    if (provider?.localPort !== undefined && !byPort.has(provider.localPort))
      byPort.set(provider.localPort, provider);
  }
  return [...byPort.values()].map((provider) => ({
    type: provider.name,
    name: provider.name,
    title: provider.title,
    baseUrl: provider.baseUrl as string,
  }));
}

/** Anything may listen on 8080, so both its probe and its list of models must answer as this provider's would. */
async function isThere({ baseUrl, probe, modelsPath }: Provider): Promise<boolean> {
  if (baseUrl === undefined) return false;
  const root = probe?.from === 'host' ? new URL(baseUrl).origin : baseUrl;
  if (probe !== undefined && !(await answersOk(`${root}${probe.path}`))) return false;
  return modelsPath === undefined || listsModels(`${baseUrl}${modelsPath}`);
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url, limits());
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}

async function listsModels(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url, limits());
    const answer: unknown = await body.json();
    return statusCode === 200 && isJsonObject(answer) && ('data' in answer || 'models' in answer);
  } catch {
    return false;
  }
}

function limits() {
  return {
    signal: timeoutSignal(ANSWER_WITHIN_MS),
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: ANSWER_WITHIN_MS,
  };
}
