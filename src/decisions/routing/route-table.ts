import type { AppConfig, Config } from '../../config/config.ts';
import { isGlob, matchesGlob } from '../../model/glob.ts';
import { kinOf, type Operation } from '../../model/operation.ts';
import { type Backend, operationsOf } from '../../upstream/backend.ts';

/** One backend as routing sees it: for each operation, the names and patterns it serves. */
interface Route {
  readonly backend: Backend;
  readonly patterns: ReadonlyMap<Operation, readonly string[]>;
  /** It may have any model, for it has not said yet which. */
  readonly isGuess: boolean;
}

/** A model as operators see it. */
export interface ModelLine {
  readonly id: string;
  readonly backends: readonly string[];
  readonly operations: readonly string[];
  readonly aliases: readonly string[];
}

/** The models backends said they have, by backend name; refreshed off the request path. */
export type DiscoveredModels = ReadonlyMap<string, readonly string[]>;

/**
 * Which backend serves which model for which operation. Built once per configuration (and again when a
 * backend's own list changes), asked on every call. Immutable.
 */
export class RouteTable {
  readonly #routes: readonly Route[];
  readonly #aliases: ReadonlyMap<string, string>;
  /** Names, backend names and types that may stand before a colon, lower-case types included. */
  readonly #byPrefix = new Map<string, Backend[]>();
  readonly #defaultBackend: Backend | undefined;

  constructor(config: Config, backends: readonly Backend[], discovered: DiscoveredModels) {
    const ordered = backends.toSorted((a, b) => b.config.priority - a.config.priority);
    this.#routes = ordered.map((backend) => {
      const patterns = patternsOf(backend, discovered);
      return { backend, patterns, isGuess: isStillUnlisted(backend, discovered) };
    });
    this.#aliases = withModelAliases(config.backends.aliases, backends);
    for (const backend of ordered) this.#addPrefixes(backend);
    this.#defaultBackend = ordered.find((backend) => backend.name === config.daemon.defaultBackend);
  }

  /** The name behind an alias, or the name itself. */
  resolveAlias(name: string): string {
    return this.#aliases.get(name) ?? name;
  }

  get aliases(): ReadonlyMap<string, string> {
    return this.#aliases;
  }

  /** The aliases of models that are really there, for suggestions. */
  servedAliases(app: AppConfig): string[] {
    const aliases: string[] = [];
    for (const [alias, model] of this.#aliases)
      if (this.operationsOf(model, app).length > 0) aliases.push(alias);
    return aliases;
  }

  get defaultBackend(): Backend | undefined {
    return this.#defaultBackend;
  }

  /** The backends of that name, or of that type; empty if the word is neither. */
  backendsByPrefix(prefix: string): readonly Backend[] {
    return this.#byPrefix.get(prefix) ?? [];
  }

  /**
   * Those who serve the model for the operation and may serve this app, best first: by priority, then who speaks
   * of this very operation before who must be translated for. Who has not said yet which models it has comes after
   * all who have this one, whatever its priority: a prompt must not go astray because a server is down.
   */
  candidates(operation: Operation, model: string, app: AppConfig): Backend[] {
    const open = this.#routes.filter(({ backend }) => isOpenTo(backend, app));
    const known = open.filter(({ isGuess }) => !isGuess);
    const guessed = known.length === open.length ? [] : open.filter(({ isGuess }) => isGuess);
    return [...serving(known, operation, model), ...serving(guessed, operation, model)];
  }

  /** Is there a backend that names this very model, not just a pattern that would take any? */
  namesExactly(model: string): boolean {
    return this.#routes.some((route) =>
      [...route.patterns.values()].some((patterns) => patterns.includes(model)),
    );
  }

  /** The operations this model is served for, by whoever may serve this app. */
  operationsOf(model: string, app: AppConfig): Operation[] {
    const operations = new Set<Operation>();
    for (const route of this.#routes) {
      if (!isOpenTo(route.backend, app)) continue;
      for (const operation of route.patterns.keys())
        if (serves(route, operation, model)) operations.add(operation);
    }
    return [...operations];
  }

  /** Does this backend serve this model for this very operation? */
  servesAt(backend: Backend, operation: Operation, model: string): boolean {
    const route = this.#routes.find((candidate) => candidate.backend === backend);
    return route !== undefined && serves(route, operation, model);
  }

  /** The operations this backend serves this model for. */
  operationsAt(backend: Backend, model: string): Operation[] {
    const route = this.#routes.find((candidate) => candidate.backend === backend);
    if (route === undefined) return [];
    return [...route.patterns.keys()].filter((operation) => serves(route, operation, model));
  }

  /** Every named model with all who serve it, for operators. */
  modelLines(): ModelLine[] {
    const names = new Set<string>();
    for (const { patterns } of this.#routes) {
      for (const list of patterns.values()) for (const name of list) if (!isGlob(name)) names.add(name);
    }
    return [...names].sort().map((name) => this.#modelLine(name));
  }

  #modelLine(name: string): ModelLine {
    const serving = this.#routes.filter((route) => this.operationsAt(route.backend, name).length > 0);
    const operations = new Set(serving.flatMap((route) => this.operationsAt(route.backend, name)));
    return {
      id: name,
      backends: serving.map((route) => route.backend.name),
      operations: [...operations],
      aliases: [...this.#aliases].filter(([, model]) => model === name).map(([alias]) => alias),
    };
  }

  /** Every model that is known by name, with the first backend that serves it; patterns are not names. */
  namedModels(app: AppConfig): Map<string, Backend> {
    const named = new Map<string, Backend>();
    for (const route of this.#routes) {
      if (!isOpenTo(route.backend, app)) continue;
      for (const patterns of route.patterns.values()) {
        for (const name of patterns) if (!isGlob(name) && !named.has(name)) named.set(name, route.backend);
      }
    }
    return named;
  }

  /** The first backend that surely takes a model of this name, if only by a pattern. */
  whoTakes(model: string, app: AppConfig): Backend | undefined {
    return this.#routes.find(
      (route) =>
        !route.isGuess &&
        isOpenTo(route.backend, app) &&
        [...route.patterns.keys()].some((operation) => serves(route, operation, model)),
    )?.backend;
  }

  /** The model a backend serves when nobody names one: the first it knows by name for this operation. */
  defaultModelOf(backend: Backend, operation: Operation): string | undefined {
    const route = this.#routes.find((candidate) => candidate.backend === backend);
    for (const kin of kinOf(operation)) {
      const name = route?.patterns.get(kin)?.find((pattern) => !isGlob(pattern));
      if (name !== undefined) return name;
    }
    return undefined;
  }

  #addPrefixes(backend: Backend): void {
    for (const prefix of new Set([backend.name, backend.config.type, backend.provider.name])) {
      const same = this.#byPrefix.get(prefix);
      if (same === undefined) this.#byPrefix.set(prefix, [backend]);
      else same.push(backend);
    }
  }
}

/** An inline backend serves its own app; an app pinned to a backend is served by that one alone. */
function isOpenTo(backend: Backend, app: AppConfig): boolean {
  if (app.backend !== undefined) return backend.name === app.backend;
  return backend.config.onlyForApp === undefined;
}

function serves(route: Route, operation: Operation, model: string): boolean {
  const patterns = route.patterns.get(operation);
  if (patterns === undefined) return false;
  for (const pattern of patterns) if (pattern === model || matchesGlob(pattern, model)) return true;
  return false;
}

function servesByTranslation(route: Route, operation: Operation, model: string): boolean {
  return kinOf(operation).some((kin) => kin !== operation && serves(route, kin, model));
}

/** Those of these routes that serve it, best first. */
function serving(routes: readonly Route[], operation: Operation, model: string): Backend[] {
  const found: Backend[] = [];
  const translated: Backend[] = [];
  for (const route of routes) {
    if (serves(route, operation, model)) found.push(route.backend);
    else if (servesByTranslation(route, operation, model)) translated.push(route.backend);
  }
  return translated.length === 0 ? found : byPriority([...found, ...translated]);
}

/** Stable: equals keep their order. */
function byPriority(backends: readonly Backend[]): Backend[] {
  return backends.toSorted((a, b) => b.config.priority - a.config.priority);
}

/**
 * `supports` says it all if it is given. Otherwise a backend serves, for every operation its provider has, the
 * models it lists; and one that lists none serves any (row 4-14: a lone backend gets `*`).
 */
function patternsOf(
  backend: Backend,
  discovered: DiscoveredModels,
): ReadonlyMap<Operation, readonly string[]> {
  const own = discovered.get(backend.name);
  const patterns = new Map<Operation, readonly string[]>();
  if (backend.config.supports !== undefined) {
    const own = operationsOf(backend);
    for (const [operation, names] of backend.config.supports) {
      if (kinOf(operation).some((kin) => own.includes(kin))) patterns.set(operation, names);
    }
    return patterns;
  }
  const listed = [...new Set([...backend.config.models.keys(), ...(own ?? [])])];
  // Until its list has been seen once, a backend is not told apart from one that has every model.
  const isListed = listed.length > 0 || (own !== undefined && backend.config.autoModels);
  const names = isListed ? listed : (backend.provider.inHouse?.models ?? ['*']);
  for (const operation of operationsOf(backend)) patterns.set(operation, names);
  return patterns;
}

/** Would it tell its models, and has not been heard yet? */
function isStillUnlisted({ config, name, provider }: Backend, discovered: DiscoveredModels): boolean {
  if (config.supports !== undefined || config.models.size > 0 || provider.inHouse !== undefined) return false;
  return config.autoModels && !discovered.has(name);
}

/** `models.<name>.aliases` of a backend are aliases like any other; a configured alias of that name wins. */
function withModelAliases(
  aliases: ReadonlyMap<string, string>,
  backends: readonly Backend[],
): Map<string, string> {
  const all = new Map(aliases);
  for (const backend of backends) {
    for (const [name, model] of backend.config.models) {
      for (const alias of model.aliases) if (!all.has(alias)) all.set(alias, name);
    }
  }
  return all;
}
