import { statSync } from 'node:fs';

/** What a person should know at start although nothing is broken. Pure but for looking at file modes. */
export interface StartFacts {
  /** `v20.20.2`. */
  readonly nodeVersion: string;
  /** undefined on systems without user ids. */
  readonly userId: number | undefined;
  /** Files that may hold keys. */
  readonly configFiles: readonly string[];
}

/** Even-numbered releases and the end of their maintenance; odd ones never lived longer than eight months. */
const endOfLife: Readonly<Record<number, string>> = { 18: '2025-04-30', 20: '2026-04-30' };

export function startWarnings(facts: StartFacts): string[] {
  return [...nodeWarning(facts.nodeVersion), ...fileWarnings(facts)];
}

function nodeWarning(nodeVersion: string): string[] {
  const major = Number(/^v(\d+)\./.exec(nodeVersion)?.[1]);
  const ended = endOfLife[major] ?? (major % 2 === 1 ? 'it was replaced by the next one' : undefined);
  if (ended === undefined) return [];
  return [`Node ${major} has had no security fixes since ${ended}; move to Node 22 or 24 when you can.`];
}

function fileWarnings({ userId, configFiles }: StartFacts): string[] {
  const open = configFiles.filter(isReadableByOthers);
  if (open.length === 0) return [];
  const who = userId === 0 ? 'Sluice runs as root, and everybody' : 'Everybody';
  return [
    `${who} on this machine can read ${open.join(', ')}; \`chmod 600\` keeps the keys in it to yourself.`,
  ];
}

/** Also what `sluice check` warns of, file by file. */
export function isReadableByOthers(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && (stats.mode & 0o004) !== 0;
}
