import { nearestNames } from '../model/nearest-names.ts';
import type { ConfigSection } from './config-section.ts';
import type { KeyPath } from './key-path.ts';
import { type AppWithEntry, inlineBackendName } from './normalise-apps.ts';
import type { BackendPlace } from './normalise-backend.ts';
import type { BackendEntry } from './schema/backends-schema.ts';
import { looksLikeKey } from './show-value.ts';

export interface PlacedEntry {
  readonly entry: BackendEntry;
  readonly place: BackendPlace;
}

/** The backend an app has for itself, if it has one. */
export function inlineBackend(section: ConfigSection, { entry, at }: AppWithEntry): PlacedEntry[] {
  const own = entry.backend;
  if (typeof own !== 'object' || own === null) return [];
  const name = inlineBackendName(entry.app_id);
  return [{ entry: own, place: { section, path: ['apps', at, 'backend'], name, onlyForApp: entry.app_id } }];
}

/** A backend's group must be one of those there are. */
export function checkGroup(
  { section, path }: BackendPlace,
  group: string | undefined,
  known: readonly string[],
): void {
  if (group === undefined || known.includes(group)) return;
  const list =
    known.length === 0 ? 'there are none, so add it to `sequence_groups`' : `known: ${known.join(', ')}`;
  section.error([...path, 'sequence_group'], `${named(group, known)}; ${list}`);
}

/** A backend that is named must be one of those there are. */
export function checkName(
  section: ConfigSection,
  path: KeyPath,
  name: string,
  known: readonly string[],
): void {
  if (known.includes(name)) return;
  const list = known.length === 0 ? 'there are none, so add it to `backends`' : `known: ${known.join(', ')}`;
  section.error(path, `${named(name, known)}; ${list}`);
}

function named(name: string, known: readonly string[]): string {
  const shown = looksLikeKey(name) ? 'this' : `"${name}"`;
  const [nearest] = nearestNames(name, known, 1);
  return nearest === undefined
    ? `${shown} is not known`
    : `${shown} is not known; did you mean "${nearest}"?`;
}
