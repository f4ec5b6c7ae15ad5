import { basename } from 'node:path';
import type { ConfigSection } from './config-section.ts';
import { dotted, type KeyPath } from './key-path.ts';
import type { Sections } from './read-sections.ts';

/** Dotted key → where its value comes from, for `config print --origin`. Worked out only when somebody asks. */
export function collectOrigins(sections: Sections): ReadonlyMap<string, string> {
  const origins = new Map<string, string>();
  for (const section of Object.values(sections) as ConfigSection[]) {
    collect(section, section.value, [], origins);
    for (const [key, spot] of section.overrides) {
      origins.set(key, `${spot.file === 'environment' ? 'environment' : 'flag'} ${spot.key}`);
    }
  }
  return origins;
}

function collect(section: ConfigSection, value: unknown, path: KeyPath, origins: Map<string, string>): void {
  if (path.length > 0) origins.set(dotted(path), describe(section, path));
  if (typeof value !== 'object' || value === null) return;
  const steps = Array.isArray(value) ? value.map((item, at) => [at, item] as const) : Object.entries(value);
  for (const [step, item] of steps) collect(section, item, [...path, step], origins);
}

function describe(section: ConfigSection, path: KeyPath): string {
  const { file, place, key } = section.spotOf(path);
  if (file === 'environment') return `environment ${key}`;
  return place === undefined ? basename(file) : `${basename(file)}:${place.line}`;
}
