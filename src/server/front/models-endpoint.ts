import type { IncomingMessage } from 'node:http';
import type { Identity } from '../../decisions/policy/identity.ts';
import type { ListedModel, ModelsPage, PageRequest } from '../../dialects/models-page.ts';
import { Departure } from '../../model/departure.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { House } from '../../pipeline/house.ts';
import { identify } from '../../pipeline/identify.ts';
import { suggestable } from '../../pipeline/suggestable.ts';
import type { Backend } from '../../upstream/backend.ts';
import { readApiKey } from './api-key.ts';
import { crossOriginOf } from './cors.ts';
import { readBody } from './read-body.ts';
import { isCrossSite } from './strangers-page.ts';
import { queryValue, urlParts } from './url-parts.ts';

/**
 * The pages by which clients of every dialect look round (`/v1/models`, `/api/tags`): what this key may use, from
 * memory. Names backends are configured with, names they report, and aliases; a pattern is not a name. A backend
 * that is down hides nothing.
 */
export async function answerPage(
  house: House,
  page: ModelsPage,
  request: IncomingMessage,
  model: string | undefined,
): Promise<JsonObject | string> {
  const { query } = urlParts(request.url);
  const identity = page.needsKey ? await identityOf(house, page, request, query) : undefined;
  const body = page.method === 'POST' ? await readPageBody(house, request) : undefined;
  const asked: PageRequest = { model, query, body };
  return page.answer(identity === undefined ? [] : visibleModels(house, identity, asked), asked);
}

async function readPageBody(house: House, request: IncomingMessage): Promise<JsonObject> {
  const bytes = await readBody(request, house.snapshot().config.daemon.limits, new Departure());
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    if (isJsonObject(body)) return body;
  } catch {
    // Told below, in the same words.
  }
  throw new GatewayError('invalid_request', 'The request body must be a JSON object.');
}

function identityOf(
  house: House,
  page: ModelsPage,
  { headers, socket }: IncomingMessage,
  query: string,
): Identity | Promise<Identity> {
  const snapshot = house.snapshot();
  const origin = crossOriginOf(headers, snapshot.config.daemon.cors);
  const keyInQuery = page.queryKey === undefined ? undefined : queryValue(query, page.queryKey);
  return identify(
    snapshot.apps,
    { isCrossSite: isCrossSite(headers, socket, origin), apiKey: () => readApiKey(headers, keyInQuery) },
    house.clock.nowMs(),
  );
}

/** All names; and the one that is asked about, where a pattern takes it: it can be used, so it is there. */
function visibleModels(house: House, identity: Identity, asked: PageRequest): ListedModel[] {
  const { routes } = house.snapshot();
  const isVisible = suggestable(identity);
  const named = routes.namedModels(identity.app);
  const known = new Map<string, ListedModel>();
  const add = (id: string, model: string, backend: Backend | undefined) => {
    const isShown = isVisible(id) || isVisible(model);
    if (backend !== undefined && isShown && !known.has(id))
      known.set(id, listedModel(house, id, model, backend));
  };
  for (const [name, backend] of named) add(name, name, backend);
  for (const [alias, model] of routes.aliases)
    if (!named.has(alias)) add(alias, model, named.get(model) ?? routes.whoTakes(model, identity.app));
  const name = nameAskedFor(asked);
  if (name !== undefined) add(name, name, routes.whoTakes(name, identity.app));
  return [...known.values()];
}

function nameAskedFor({ model, body }: PageRequest): string | undefined {
  const name = model ?? body?.['model'] ?? body?.['name'];
  return typeof name === 'string' && name !== '' ? name.replace(/^models\//, '') : undefined;
}

function listedModel(house: House, id: string, model: string, backend: Backend): ListedModel {
  const snapshot = house.snapshot();
  const configured = backend.config.models.get(model);
  return {
    id,
    ownedBy: backend.name,
    createdS: Math.floor(snapshot.loadedAtMs / 1000),
    operations: snapshot.routes.operationsAt(backend, model),
    inputTokensMax: configured?.inputTokensMax,
    outputTokensMax: configured?.outputTokensMax,
    isRunning: house.calls.all().some((call) => call.model === model && call.state === 'running'),
  };
}
