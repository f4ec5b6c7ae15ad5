import type { AppConfig } from '../../config/config.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { Operation } from '../../model/operation.ts';
import type { Backend } from '../../upstream/backend.ts';
import type { RouteTable } from './route-table.ts';

/** What the name in a request comes to. */
export interface ResolvedModel {
  readonly asked: string | undefined;
  /** The name a backend is to be found by and asked for. */
  readonly resolved: string;
  readonly prefix: string | undefined;
  /** The client named its backend: no other will do. */
  readonly onlyBackends: readonly Backend[] | undefined;
}

/**
 * From the name the client wrote to the name backends know, in this order:
 *
 * 1. no name: the app's default model, else the default backend's;
 * 2. an alias is followed (chains are already resolved);
 * 3. a name some backend lists is that name, colons and all (`llama3:8b`), also if only one of the two says
 *    `:latest`, as Ollama's clients do or do not;
 * 4. `<backend>:<model>` and `<type>:<model>` choose the backend and lose the prefix (row 000-43);
 * 5. the name of a backend means its default model (row 002-3);
 * 6. a name nobody serves goes to `default_backend`, under that backend's own default model.
 *
 * Throws `invalid_request` when no model is named and none can be assumed.
 */
export function resolveModel(
  table: RouteTable,
  operation: Operation,
  asked: string | undefined,
  app: AppConfig,
): ResolvedModel {
  const named = asked ?? app.defaultModel;
  if (named === undefined) return defaultOf(table, operation, undefined);
  const name = table.resolveAlias(named);
  const listed = table.namesExactly(name) ? name : sameModel(name).find((other) => table.namesExactly(other));
  if (listed !== undefined) return plain(asked, listed);
  const prefixed = splitPrefix(table, asked, name);
  if (prefixed !== undefined) return prefixed;
  if (table.candidates(operation, name, app).length > 0) return plain(asked, name);
  return backendsOwn(table, operation, asked, name) ?? servedByDefault(table, operation, asked, name, app);
}

const LATEST = ':latest';

/** The other spellings of a name: the tag that is meant where none is given. */
function sameModel(name: string): string[] {
  if (name.endsWith(LATEST)) return [name.slice(0, -LATEST.length)];
  return name.includes(':') ? [] : [`${name}${LATEST}`];
}

function plain(asked: string | undefined, resolved: string): ResolvedModel {
  return { asked, resolved, prefix: undefined, onlyBackends: undefined };
}

function splitPrefix(table: RouteTable, asked: string | undefined, name: string): ResolvedModel | undefined {
  const colon = name.indexOf(':');
  if (colon <= 0 || colon === name.length - 1) return undefined;
  const prefix = name.slice(0, colon);
  const onlyBackends = table.backendsByPrefix(prefix);
  if (onlyBackends.length === 0) return undefined;
  return { asked, resolved: table.resolveAlias(name.slice(colon + 1)), prefix, onlyBackends };
}

function backendsOwn(
  table: RouteTable,
  operation: Operation,
  asked: string | undefined,
  name: string,
): ResolvedModel | undefined {
  const backend = table.backendsByPrefix(name).find((candidate) => candidate.name === name);
  const model = backend === undefined ? undefined : table.defaultModelOf(backend, operation);
  if (backend === undefined || model === undefined) return undefined;
  return { asked, resolved: model, prefix: undefined, onlyBackends: [backend] };
}

/** A model known for another operation is not unknown: it is refused with words, not sent elsewhere. */
function servedByDefault(
  table: RouteTable,
  operation: Operation,
  asked: string | undefined,
  name: string,
  app: AppConfig,
): ResolvedModel {
  const isKnown = table.operationsOf(name, app).some((known) => known !== operation);
  if (isKnown || table.defaultBackend === undefined) return plain(asked, name);
  return defaultOf(table, operation, asked ?? name);
}

function defaultOf(table: RouteTable, operation: Operation, asked: string | undefined): ResolvedModel {
  const backend = table.defaultBackend;
  const model = backend === undefined ? undefined : (table.defaultModelOf(backend, operation) ?? asked);
  if (backend !== undefined && model !== undefined) {
    return { asked, resolved: model, prefix: undefined, onlyBackends: [backend] };
  }
  throw new GatewayError(
    'invalid_request',
    'The request names no "model", and this app has no default model.',
    {
      param: 'model',
    },
  );
}
