import type { AppConfig } from '../../config/config.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { nearestNames } from '../../model/nearest-names.ts';
import type { Operation } from '../../model/operation.ts';
import type { Backend } from '../../upstream/backend.ts';
import type { ResolvedModel } from './resolve-model.ts';
import type { RouteTable } from './route-table.ts';

/** Where a call may go, best first. Never empty. */
export interface Choice {
  readonly candidates: readonly [Backend, ...Backend[]];
  /** The name the backends know the model by. */
  readonly model: string;
}

/**
 * The backends that can serve the resolved model for this operation, best first. Throws
 * `operation_not_supported` when the model exists but not for this, `model_not_found` when nobody has it;
 * `isAllowed` keeps the suggestions to names the app may use.
 */
export function chooseBackend(
  table: RouteTable,
  operation: Operation,
  resolved: ResolvedModel,
  app: AppConfig,
  isAllowed: (name: string) => boolean,
): Choice {
  const open = table.candidates(operation, resolved.resolved, app);
  const pinned = resolved.onlyBackends;
  const candidates = pinned === undefined ? open : pinnedOf(pinned, open, app);
  const [first, ...others] = candidates;
  if (first !== undefined) return { candidates: [first, ...others], model: resolved.resolved };
  throw nobodyServes(table, operation, resolved, app, isAllowed);
}

/**
 * A client that names a backend gets that backend, for models its patterns admit; `onlyBackends` were looked
 * up by name, so only those that are also open to this app and operation remain.
 */
function pinnedOf(pinned: readonly Backend[], open: readonly Backend[], app: AppConfig): Backend[] {
  return open.filter((backend) => pinned.includes(backend) || backend.name === app.backend);
}

function nobodyServes(
  table: RouteTable,
  operation: Operation,
  resolved: ResolvedModel,
  app: AppConfig,
  isAllowed: (name: string) => boolean,
): GatewayError {
  const name = resolved.asked ?? resolved.resolved;
  const operations = table.operationsOf(resolved.resolved, app);
  if (operations.length > 0 && !operations.includes(operation)) {
    return new GatewayError(
      'operation_not_supported',
      `The model "${name}" is served for ${operations.join(', ')}, but not for ${operation}.`,
      { param: 'model' },
    );
  }
  if (table.resolveAlias(name) !== name) return brokenAlias(name, resolved.resolved, isAllowed);
  const known = [...table.namedModels(app).keys(), ...table.servedAliases(app)].filter(isAllowed);
  const near = nearestNames(name, known, 5);
  const hint =
    near.length === 0
      ? 'See GET /v1/models for what is here.'
      : `Did you mean ${near.map((n) => `"${n}"`).join(', ')}?`;
  return new GatewayError('model_not_found', `No backend serves the model "${name}". ${hint}`, {
    param: 'model',
    unknownModel: name,
  });
}

/** The alias is right and its target is not: that is the operator's to mend, so it is said. */
function brokenAlias(alias: string, target: string, isAllowed: (name: string) => boolean): GatewayError {
  const shown = isAllowed(alias) ? ` "${alias}" is an alias of "${target}", which no backend serves.` : '';
  return new GatewayError('model_not_found', `No backend serves the model "${alias}".${shown}`, {
    param: 'model',
    unknownModel: alias,
  });
}
