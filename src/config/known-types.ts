import { nearestNames } from '../model/nearest-names.ts';
import type { ConfigSection } from './config-section.ts';
import type { KeyPath } from './key-path.ts';
import { showValue } from './show-value.ts';

/** What this floor must know of a provider. It is passed in: the catalogue stands above us. A `Provider` fits. */
export interface KnownType {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly needsKey: boolean;
  /** Where it usually lives; undefined = the configuration must say. */
  readonly baseUrl?: string | undefined;
  /** Present when it answers in this process, and so needs no address. */
  readonly inHouse?: unknown;
  /** What it speaks, by the names of the dialects. */
  readonly surfaces: readonly { readonly dialect: string }[];
  /** It can be given so many requests at once, and never more. */
  readonly atOnceMax?: number | undefined;
  /** Present when its answers take several requests. */
  readonly jobs?: { readonly takesPresets?: boolean | undefined } | undefined;
  /** What can be said to its memory. */
  readonly driver?:
    | { readonly loadOptions?: string | undefined; readonly sleeps?: boolean | undefined }
    | undefined;
}

/** The type by its name or an alias, in any case; a complaint with the nearest names if there is none. */
export function findType(
  section: ConfigSection,
  path: KeyPath,
  written: string,
  types: readonly KnownType[],
): KnownType | undefined {
  const wanted = written.toLowerCase();
  const known =
    types.find(({ name }) => name === wanted) ?? types.find(({ aliases }) => aliases.includes(wanted));
  if (known === undefined) section.error(path, unknownType(written, section.isResolved(path), types));
  return known;
}

function unknownType(written: string, isResolved: boolean, types: readonly KnownType[]): string {
  const names = types.flatMap(({ name, aliases }) => [name, ...aliases]);
  const nearest = isResolved ? [] : nearestNames(written, names, 1);
  const suggestion = nearest[0] === undefined ? 'known' : `did you mean ${nearest[0]}? Known`;
  const known = types
    .map(({ name }) => name)
    .sort()
    .join(', ');
  return `${isResolved ? 'this' : showValue(written)} is no type of backend; ${suggestion}: ${known}`;
}
