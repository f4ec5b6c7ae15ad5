import type { BackendConfig, BackendsConfig } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import type { KeyPath } from './key-path.ts';
import type { KnownType } from './known-types.ts';
import { checkGroup, checkName, inlineBackend, type PlacedEntry } from './named-backends.ts';
import { type AppWithEntry, INLINE_PREFIX } from './normalise-apps.ts';
import { type BackendPlace, normaliseBackend } from './normalise-backend.ts';
import { normaliseGroups } from './normalise-groups.ts';
import type { Sections } from './read-sections.ts';
import { resolveAliases } from './resolve-aliases.ts';
import type { BackendEntry, BackendsFile } from './schema/backends-schema.ts';
import type { Surroundings } from './surroundings.ts';

/** Contract 4.3, with the apps' own backends at the end of the list. */
export function normaliseBackends(
  sections: Sections,
  apps: readonly AppWithEntry[],
  types: readonly KnownType[],
  around: Surroundings,
): BackendsConfig {
  const section = sections.backends;
  const file = (section.value ?? {}) as Partial<BackendsFile>;
  const shared = sharedBackends(section, file.backends ?? []);
  const inline = apps.flatMap((app) => inlineBackend(sections.apps, app));
  const groups = normaliseGroups(section, file);
  const groupNames = keysOf(memberOf(section.raw, 'sequence_groups'));
  const list = [...shared, ...inline].map(({ entry, place }) => {
    checkGroup(place, entry.sequence_group ?? undefined, groupNames);
    return normaliseBackend(entry, place, types, around);
  });
  complainOfSameNames(shared.map(({ place }) => place));
  return {
    aliases: resolveAliases(section, file.aliases ?? {}),
    fallbacks: new Map(Object.entries(file.fallbacks ?? {})),
    groups,
    list: list satisfies BackendConfig[],
  };
}

function sharedBackends(
  section: ConfigSection,
  entries: readonly (BackendEntry | undefined)[],
): PlacedEntry[] {
  return entries.flatMap((entry, at) => {
    if (entry === undefined) return [];
    const name = entry.name ?? entry.type;
    const path: KeyPath = ['backends', at];
    if (name.startsWith(INLINE_PREFIX))
      section.error(
        [...path, 'name'],
        `must not begin with ${INLINE_PREFIX}, which apps' own backends do; rename it`,
      );
    return [{ entry, place: { section, path, name, onlyForApp: undefined } }];
  });
}

function complainOfSameNames(places: readonly BackendPlace[]): void {
  const first = new Map<string, BackendPlace>();
  for (const place of places) {
    const earlier = first.get(place.name);
    if (earlier === undefined) {
      first.set(place.name, place);
    } else {
      const where = `backends[${String(earlier.path[1])}]`;
      place.section.error([...place.path, 'name'], `is also the name of ${where}; give each backend its own`);
    }
  }
}

/** `default_backend` and each app's `backend` must name a backend that is listed. */
export function checkBackendNames(
  sections: Sections,
  defaultBackend: string | undefined,
  apps: readonly AppWithEntry[],
): void {
  if (sections.backends.value === undefined && sections.backends.raw === undefined) return;
  const known = listedNames(sections.backends.raw);
  if (defaultBackend !== undefined) checkName(sections.daemon, ['default_backend'], defaultBackend, known);
  for (const { entry, at } of apps) {
    if (typeof entry.backend === 'string')
      checkName(sections.apps, ['apps', at, 'backend'], entry.backend, known);
  }
}

/** The names as they were written: a backend with another fault is still a backend one may refer to. */
function listedNames(raw: unknown): string[] {
  const list = memberOf(raw, 'backends');
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const name = memberOf(entry, 'name') ?? memberOf(entry, 'type');
    return typeof name === 'string' ? [name] : [];
  });
}

const keysOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : [];

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
