import type { Dialect } from '../../dialects/dialect.ts';
import type { Backend, BackendSurface } from '../../upstream/backend.ts';
import type { RouteTable } from './route-table.ts';

/** A way to ask a backend: in the client's own dialect, its bytes untouched, or translated. */
export interface Way {
  readonly surface: BackendSurface;
  readonly isNative: boolean;
}

/**
 * How this backend is best asked what a client asks in `dialect`; undefined = it cannot be:
 *
 * 1. in the client's own dialect, if it speaks that and serves the model for that kind of work;
 * 2. else in the first dialect of the same kind that can be written and that the model is served for;
 * 3. else in the first of the same kind at all.
 *
 * Optional surfaces that `isMissing` knows of are passed over, and so is what `responses_shim` does not allow. Where
 * the operator has pinned how the model is loaded, only dialects count that can say so, if the backend has any: asked
 * in another, a runtime would load the model anew as it likes.
 */
export function chooseWay(
  table: RouteTable,
  backend: Backend,
  model: string,
  dialect: Dialect,
  isMissing: (surface: BackendSurface) => boolean,
): Way | undefined {
  let makeshift: BackendSurface | undefined;
  let translated: BackendSurface | undefined;
  const isPinned = mustCarryPins(backend, model, dialect);
  for (const surface of backend.surfaces) {
    const other = surface.dialect;
    if (other.kind !== dialect.kind || (surface.isOptional && isMissing(surface))) continue;
    if (isPinned && other.carriesLoadOptions !== true) continue;
    const isServed = table.servesAt(backend, other.operation, model);
    if (other === dialect && isServed) return { surface, isNative: true };
    if (other === dialect || other.writeRequest === undefined) continue;
    if (!mayTranslate(backend, dialect, other)) continue;
    if (isServed) translated ??= surface;
    makeshift ??= surface;
  }
  const surface = translated ?? makeshift;
  return surface === undefined ? undefined : { surface, isNative: false };
}

function mustCarryPins({ config, surfaces }: Backend, model: string, { kind }: Dialect): boolean {
  if (config.models.get(model)?.loadOptions === undefined) return false;
  return surfaces.some(({ dialect }) => dialect.kind === kind && dialect.carriesLoadOptions === true);
}

/** What the operator says of translating the Responses API here (`responses_shim`). */
function mayTranslate({ config: { responsesShim } }: Backend, asked: Dialect, other: Dialect): boolean {
  if (responsesShim === undefined || asked.operation !== 'responses') return true;
  return responsesShim.isEnabled && responsesShim.operation === other.operation;
}
