import { nearestNames } from '../model/nearest-names.ts';
import type { SchemaNode } from './read-schema.ts';
import { looksLikeKey } from './show-value.ts';

/** Where keys that belong elsewhere are usually looked for. */
const homes: Readonly<Record<string, string>> = {
  aliases: 'backends',
  fallbacks: 'backends',
  sequence_groups: 'backends',
  apps: 'apps',
  backends: 'backends',
  listen: 'daemon',
  admin: 'daemon',
  logging: 'daemon',
  database: 'daemon',
  default_backend: 'daemon',
  timeouts: 'daemon',
};

/** What to say of a key that its schema does not have. */
export function unknownKey(schema: SchemaNode, key: string): string {
  const known = Object.keys(schema.properties ?? {}).filter((name) => name !== '$schema');
  const [nearest] = looksLikeKey(key) ? [] : nearestNames(key, known);
  if (nearest !== undefined) return `is not a key Sluice knows; did you mean \`${nearest}\`?`;
  const home = Object.hasOwn(homes, key) ? homes[key] : undefined;
  if (home !== undefined) return `does not belong here; move it to \`${home}\``;
  return `is not a key Sluice knows; remove it, or use one of: ${known.join(', ')}`;
}
