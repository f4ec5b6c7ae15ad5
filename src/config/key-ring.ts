import type { AppKey } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import { hashOfKey, isHashedKey } from './key-hash.ts';
import type { KeyPath } from './key-path.ts';
import type { ApiKeyEntry, AppEntry } from './schema/apps-schema.ts';

/**
 * Turns keys into hashes, once, and remembers whose each is: a key that opened two apps would be nobody's.
 * Plain keys do not outlive this file.
 */
export class KeyRing {
  readonly #section: ConfigSection;
  readonly #owners = new Map<string, number>();
  readonly #plain: KeyPath[] = [];

  constructor(section: ConfigSection) {
    this.#section = section;
  }

  keysOf(app: AppEntry, at: number): AppKey[] {
    const keys = new Map<string, AppKey>();
    (app.api_keys ?? []).forEach((entry: ApiKeyEntry | undefined, keyAt) => {
      if (entry === undefined) return;
      const path = ['apps', at, 'api_keys', keyAt];
      const key = this.#read(entry, path);
      if (key === undefined) return;
      this.#claim(key.hash, at, path);
      keys.set(key.hash, key);
    });
    return [...keys.values()];
  }

  /** One warning for the whole file, however many keys. */
  warnOfPlainKeys(): void {
    const [first] = this.#plain;
    if (first === undefined) return;
    const others = this.#plain.length - 1;
    const also = others === 0 ? '' : ` (and ${others} more in this file)`;
    this.#section.warn(
      first,
      `is a key in plain text${also}; \`sluice token --hash\` gives the hash to write instead`,
    );
  }

  #read(entry: ApiKeyEntry, path: KeyPath): AppKey | undefined {
    if (typeof entry === 'string') return this.#fromText(entry, path);
    const { hash, key } = entry;
    if ((hash === undefined) === (key === undefined)) {
      this.#section.error(path, 'needs either `hash` or `key`, and not both; better `hash`');
      return undefined;
    }
    const found = key === undefined ? { hash: bareHash(hash ?? '') } : this.#fromText(key, [...path, 'key']);
    if (found === undefined) return undefined;
    return { hash: found.hash, name: entry.name, expiresAtMs: this.#expiry(entry.expires_at, path) };
  }

  #fromText(text: string, path: KeyPath): AppKey | undefined {
    if (isHashedKey(text)) return { hash: bareHash(text), name: undefined, expiresAtMs: undefined };
    if (text.startsWith('sha256:')) {
      this.#section.error(
        path,
        'must have 64 hex digits after sha256:, as `sluice token --hash` prints them',
      );
      return undefined;
    }
    if (text.trim() !== text || /[^\x20-\x7e]/.test(text)) {
      this.#section.error(
        path,
        'has spaces around it or characters that cannot be sent in a header; use a key made by `sluice token`',
      );
      return undefined;
    }
    if (!this.#section.isResolved(path)) this.#plain.push(path);
    return { hash: hashOfKey(text), name: undefined, expiresAtMs: undefined };
  }

  #claim(hash: string, at: number, path: KeyPath): void {
    const owner = this.#owners.get(hash);
    if (owner === undefined) this.#owners.set(hash, at);
    else if (owner !== at)
      this.#section.error(
        path,
        `is also a key of apps[${owner}]; a key can belong to one app only, so make another`,
      );
  }

  #expiry(text: string | undefined, path: KeyPath): number | undefined {
    if (text === undefined) return undefined;
    const timeMs = Date.parse(text);
    if (Number.isFinite(timeMs)) return timeMs;
    this.#section.error(
      [...path, 'expires_at'],
      'is no date; write for example 2027-01-31 or 2027-01-31T12:00:00Z',
    );
    return 0;
  }
}

const bareHash = (text: string): string => text.replace(/^sha256:/, '').toLowerCase();
