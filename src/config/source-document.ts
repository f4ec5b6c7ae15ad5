import type { KeyPath } from './key-path.ts';

/**
 * A configuration file as it was written: its value, and where in the text each part of it stands. Everything
 * above it can complain with a line number without knowing JSON from YAML.
 */
export interface SourceDocument {
  /** As it is shown in complaints; `environment` for a document made of variables. */
  readonly file: string;
  /** Plain objects, arrays and scalars only; undefined when the text could not be read at all. */
  readonly value: unknown;
  readonly faults: readonly SyntaxFault[];
  /** Where the key at `path` stands, or the closest thing around it. */
  placeOf(path: KeyPath): Place | undefined;
  /** The name by which an operator knows this key, when that is not its dotted path: `API_PORT`. */
  nameOf?(path: KeyPath): string | undefined;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something that makes the text no JSON or YAML; never quotes the text, which may be a secret. */
export interface SyntaxFault {
  readonly place: Place | undefined;
  readonly key: string;
  readonly message: string;
}

/** Nesting no sane configuration has; deeper files are refused before they exhaust the stack. */
export const DEPTH_MAX = 64;

export const tooDeep = `is nested deeper than ${DEPTH_MAX} levels; flatten it`;

/** Absorbing this key would change what every object is; nothing in a configuration is called so. */
export const prototypeKey = '`__proto__` cannot be a key; rename or remove it';
