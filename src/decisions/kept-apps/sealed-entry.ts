import { checkKeptAppShape } from '../../config/kept-app-shape.ts';
import { dotted, type KeyPath } from '../../config/key-path.ts';
import { isJsonObject } from '../../model/json.ts';
import { Secret } from '../../model/secret.ts';
import { isSealed, type Sealer } from '../../storage/sealing/sealer.ts';
import type { AppRecord } from './kept-app.ts';

/**
 * The secrets of an app's entry, told from the rest by the schema: sealed before it is stored, opened when it comes into
 * force. Each is bound to its app, its member and the address it is sent to, so that it can be put nowhere, and sent
 * nowhere, that it was not meant for.
 */
export function sealEntry(entry: AppRecord, appId: string, sealer: Sealer): AppRecord {
  const placeOf = placesOf(entry, appId);
  return changeSecrets(entry, (text, path) =>
    isSealed(text) ? text : sealer.seal(new Secret(text), placeOf(path)),
  );
}

/** Throws `SealingFailure`. */
export function openEntry(entry: AppRecord, appId: string, sealer: Sealer): AppRecord {
  const placeOf = placesOf(entry, appId);
  return changeSecrets(entry, (text, path) =>
    isSealed(text) ? sealer.open(text, placeOf(path)).reveal() : text,
  );
}

/**
 * Sealed texts that are in `after` and were not there before, in the same place and for the same address. Nobody gives
 * such a thing in good faith; and who may change an app must not learn its key by naming an address of his own.
 */
export function strayingSeals(before: AppRecord, after: AppRecord): readonly KeyPath[] {
  const isSameAddress = addressIn(before) === addressIn(after);
  const known = new Map(secretsOf(before).map(({ path, text }) => [dotted(path), text]));
  return secretsOf(after)
    .filter(({ text }) => isSealed(text))
    .filter(({ path, text }) => !(isSameAddress && known.get(dotted(path)) === text))
    .map(({ path }) => path);
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

function placesOf(entry: AppRecord, appId: string): (path: KeyPath) => string {
  const address = addressIn(entry);
  return (path) => `${appId} ${dotted(path)} ${address}`;
}

/** All that says to whom secrets are sent, and whether it is made sure of. */
function addressIn({ backend }: AppRecord): string {
  if (!isJsonObject(backend)) return '[]';
  const { type, base_url: baseUrl, metadata, tls } = backend;
  const serverUrl = isJsonObject(metadata) ? metadata['server_url'] : undefined;
  const isAnyTrusted = isJsonObject(tls) && tls['insecure'] === true;
  return JSON.stringify([type, baseUrl ?? serverUrl ?? null, isAnyTrusted]);
}
