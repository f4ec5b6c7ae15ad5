import { makeToken } from '../../config/make-token.ts';
import { masterKeyPath, readMasterKeys } from '../../config/master-keys.ts';
import type { Surroundings } from '../../config/surroundings.ts';
import type { AppRecord } from '../../decisions/kept-apps/kept-app.ts';
import { hasSecrets, openEntry, sealEntry } from '../../decisions/kept-apps/sealed-entry.ts';
import { Secret } from '../../model/secret.ts';
import { makeMasterKeyFile, readMasterKeyFile } from '../../storage/sealing/master-key-file.ts';
import { Sealer } from '../../storage/sealing/sealer.ts';
import { SealingFailure } from '../../storage/sealing/sealing-failure.ts';

/**
 * The master keys of this daemon: those of `SLUICE_MASTER_KEY`, then those of the file beside the database, which is made
 * when the first secret is to be sealed and there is no other.
 */
export class Seals {
  readonly #path: string;
  readonly #fromEnvironment: readonly Secret[];
  #sealer: Sealer;
  /** Why the file cannot be used. */
  #fault: SealingFailure | undefined;

  /** Throws where what the environment names is no master key. */
  constructor(databasePath: string, around: Surroundings) {
    this.#path = masterKeyPath(databasePath);
    this.#fromEnvironment = readMasterKeys(around);
    this.#sealer = checkedSealer(this.#fromEnvironment);
    this.#readFile();
  }

  get fault(): string | undefined {
    return this.#fault?.message;
  }

  get sealer(): Sealer {
    return this.#sealer;
  }

  /** Throws `SealingFailure`, or what the file system says when a master key cannot be written. */
  seal(entry: AppRecord, appId: string): AppRecord {
    if (!hasSecrets(entry)) return entry;
    if (!this.#sealer.hasKey) this.#makeFile();
    return sealEntry(entry, appId, this.#sealer);
  }

  /** With the fault where it cannot be opened; what is sealed stays so then. */
  open(entry: AppRecord, appId: string): { readonly entry: AppRecord; readonly fault?: string } {
    try {
      return { entry: openEntry(entry, appId, this.#sealer) };
    } catch (thrown) {
      if (!(thrown instanceof SealingFailure)) throw thrown;
      return { entry, fault: `has a secret that ${thrown.message}` };
    }
  }

  #makeFile(): void {
    if (this.#fault !== undefined) throw this.#fault;
    makeMasterKeyFile(this.#path, new Secret(makeToken('', 32)));
    this.#readFile();
  }

  #readFile(): void {
    try {
      this.#sealer = new Sealer([...this.#fromEnvironment, ...readMasterKeyFile(this.#path)]);
    } catch (thrown) {
      if (!(thrown instanceof SealingFailure)) throw thrown;
      this.#fault = thrown;
    }
  }
}

function checkedSealer(keys: readonly Secret[]): Sealer {
  try {
    return new Sealer(keys);
  } catch (thrown) {
    if (!(thrown instanceof SealingFailure)) throw thrown;
    throw new Error(`SLUICE_MASTER_KEY: ${thrown.message}.`, { cause: thrown });
  }
}
