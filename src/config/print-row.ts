import type { KeyPath } from './key-path.ts';

/** A key and its value, before it is known where it comes from; `or` is another key it may have come from. */
export type Row = readonly [key: KeyPath, value: unknown, or?: string | undefined];

/** Rows of one place: `['listen.port', 8080]` below `['apps', 0]` is `apps[0].listen.port`. */
export function inside(
  at: KeyPath,
  rows: readonly (readonly [key: string, value: unknown, or?: string | undefined])[],
): Row[] {
  return rows.map(([key, value, or]): Row => [[...at, ...key.split('.')], value, or]);
}
