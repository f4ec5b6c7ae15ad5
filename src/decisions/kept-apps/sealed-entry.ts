import { checkKeptAppShape } from '../../config/kept-app-shape.ts';
import { dotted, type KeyPath } from '../../config/key-path.ts';
import { Secret } from '../../model/secret.ts';
import { isSealed, type Sealer } from '../../storage/sealing/sealer.ts';
import type { AppRecord } from './kept-app.ts';

/**
 * The secrets of an app's entry, told from the rest by the schema: sealed before it is stored, opened when it comes into
 * force. Each is bound to its app and its key, so that none can be put where it was not meant to be.
 */
export function sealEntry(entry: AppRecord, appId: string, sealer: Sealer): AppRecord {
  return changeSecrets(entry, (text, path) =>
    isSealed(text) ? text : sealer.seal(new Secret(text), placeOf(appId, path)),
  );
}

/** Throws `SealingFailure`. */
export function openEntry(entry: AppRecord, appId: string, sealer: Sealer): AppRecord {
  return changeSecrets(entry, (text, path) =>
    isSealed(text) ? sealer.open(text, placeOf(appId, path)).reveal() : text,
  );
}

/** Does it hold anything that is sealed under a key that seals no longer, or not sealed at all? */
export function needsSealing(entry: AppRecord, sealer: Sealer): boolean {
  return secretsOf(entry).some(({ text }) => !isSealed(text) || !sealer.isCurrent(text));
}

export const hasSecrets = (entry: AppRecord): boolean => secretsOf(entry).length > 0;

/** For people: that there is a secret, and not what it is. */
export function maskEntry(entry: AppRecord): AppRecord {
  return changeSecrets(entry, () => '***');
}

const secretsOf = (entry: AppRecord) => checkKeptAppShape(entry).secrets;

/** The entry with other texts where its secrets are. */
function changeSecrets(entry: AppRecord, change: (text: string, path: KeyPath) => string): AppRecord {
  let changed: unknown = entry;
  for (const { path, text } of secretsOf(entry)) changed = withText(changed, path, change(text, path));
  return changed as AppRecord;
}

/** A copy in which another text stands at `path`. */
function withText(value: unknown, [step, ...rest]: KeyPath, text: string): unknown {
  if (step === undefined) return text;
  if (Array.isArray(value)) return value.map((item, at) => (at === step ? withText(item, rest, text) : item));
  const object = value as AppRecord;
  return { ...object, [step]: withText(object[step], rest, text) };
}

const placeOf = (appId: string, path: KeyPath): string => `${appId} ${dotted(path)}`;
