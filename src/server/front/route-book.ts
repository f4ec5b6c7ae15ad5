/**
 * Routes with a name in them, `/v1beta/models/{model}:generateContent`: the name may hold slashes and colons, so
 * a router's parameters cannot cut it out. Routes that begin alike share one wildcard; the end tells them apart.
 */
export class RouteBook<Target> {
  readonly #plain = new Map<string, Target>();
  readonly #byPrefix = new Map<string, Templated<Target>[]>();

  add(route: string, target: Target): void {
    const at = route.indexOf(PLACE);
    if (at < 0) {
      this.#plain.set(route, target);
      return;
    }
    const prefix = route.slice(0, at);
    const alike = this.#byPrefix.get(prefix) ?? [];
    alike.push({ route, suffix: route.slice(at + PLACE.length), target });
    // The longest end first, so that `…/{model}` takes only what no other wants.
    alike.sort((a, b) => b.suffix.length - a.suffix.length);
    this.#byPrefix.set(prefix, alike);
  }

  /** Routes without a name in them, as they stand. */
  get plain(): ReadonlyMap<string, Target> {
    return this.#plain;
  }

  /** What stands before the names of all others. */
  get prefixes(): readonly string[] {
    return [...this.#byPrefix.keys()];
  }

  /** The routes that share what stands before the name. */
  routesAt(prefix: string): readonly string[] {
    return (this.#byPrefix.get(prefix) ?? []).map(({ route }) => route);
  }

  /** Who takes `rest`, the undecoded path behind `prefix`; undefined = nobody, or it does not decode. */
  match(prefix: string, rest: string): Matched<Target> | undefined {
    for (const { route, suffix, target } of this.#byPrefix.get(prefix) ?? []) {
      if (rest.length <= suffix.length || !rest.endsWith(suffix)) continue;
      const model = decoded(rest.slice(0, rest.length - suffix.length));
      if (model !== undefined) return { route, model, target };
    }
    return undefined;
  }
}

export interface Matched<Target> {
  readonly route: string;
  readonly model: string;
  readonly target: Target;
}

interface Templated<Target> {
  readonly route: string;
  readonly suffix: string;
  readonly target: Target;
}

const PLACE = '{model}';

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
