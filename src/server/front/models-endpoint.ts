import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { nearestNames } from '../../model/nearest-names.ts';
import { identify } from '../../pipeline/identify.ts';
import type { Snapshot } from '../../pipeline/snapshot.ts';
import { suggestable } from '../../pipeline/suggestable.ts';
import { readApiKey } from './api-key.ts';
import { crossOriginOf } from './cors.ts';
import { isCrossSite } from './strangers-page.ts';

/**
 * `GET /v1/models` and `/v1/models/{id}`: what this key may use, from memory. Names backends are configured
 * with, names they report, and aliases; a pattern is not a name. A backend that is down hides nothing.
 */
export async function listModels(
  snapshot: Snapshot,
  request: IncomingMessage,
  nowMs: number,
): Promise<JsonObject> {
  const entries = await visibleModels(snapshot, request, nowMs);
  return { object: 'list', data: entries };
}

/** Throws `model_not_found` for a name that is not there, or not for this key: nobody learns which. */
export async function showModel(
  snapshot: Snapshot,
  request: IncomingMessage,
  id: string,
  nowMs: number,
): Promise<JsonObject> {
  const entries = await visibleModels(snapshot, request, nowMs);
  const found = entries.find((entry) => entry['id'] === id);
  if (found !== undefined) return found;
  const near = nearestNames(
    id,
    entries.map((entry) => String(entry['id'])),
  );
  const hint = near.length === 0 ? '' : ` Did you mean ${near.map((name) => `"${name}"`).join(', ')}?`;
  throw new GatewayError('model_not_found', `There is no model "${id}" for this key.${hint}`, {
    param: 'model',
  });
}

async function visibleModels(
  snapshot: Snapshot,
  request: IncomingMessage,
  nowMs: number,
): Promise<JsonObject[]> {
  const { headers, socket } = request;
  const origin = crossOriginOf(headers, snapshot.config.daemon.cors);
  const caller = { isCrossSite: isCrossSite(headers, socket, origin), apiKey: () => readApiKey(headers) };
  const identity = await identify(snapshot.apps, caller, nowMs);
  const isVisible = suggestable(identity);
  const named = snapshot.routes.namedModels(identity.app);
  const created = Math.floor(snapshot.loadedAtMs / 1000);
  const entries: JsonObject[] = [];
  const add = (id: string, ownedBy: string) =>
    entries.push({ id, object: 'model', created, owned_by: ownedBy });
  for (const [name, backend] of named) if (isVisible(name)) add(name, backend.name);
  for (const [alias, model] of snapshot.routes.aliases) {
    const backend = named.get(model);
    if (backend !== undefined && !named.has(alias) && (isVisible(alias) || isVisible(model)))
      add(alias, backend.name);
  }
  return entries;
}
