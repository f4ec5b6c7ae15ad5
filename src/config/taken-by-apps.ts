import type { AppConfig } from './config.ts';

/** The names and keys that are somebody's already: who comes later may not have them. */
export class TakenByApps {
  readonly #names = new Set<string>();
  readonly #owners = new Map<string, string>();

  constructor(apps: readonly AppConfig[]) {
    for (const app of apps) this.add(app);
  }

  add({ appId, keys }: AppConfig): void {
    this.#names.add(appId);
    for (const { hash } of keys) if (!this.#owners.has(hash)) this.#owners.set(hash, appId);
  }

  hasApp(appId: string): boolean {
    return this.#names.has(appId);
  }

  /** `hash`: in hexadecimal, without what goes before it. */
  ownerOf(hash: string): string | undefined {
    return this.#owners.get(hash);
  }
}
