import { readdir } from 'node:fs/promises';
import type { Provider } from './provider.ts';

/**
 * The catalogue: every provider this house knows, read from a folder at start. One file, one provider, given
 * as `export default defineProvider({…})`; the file is called after the provider. Adding a file is all it takes
 * to add a provider, and what is wrong with one is said before anything is served.
 */
export class Catalog {
  /** In alphabetical order. */
  readonly all: readonly Provider[];
  readonly #byType = new Map<string, Provider>();

  /** Throws where two providers claim one name. */
  constructor(providers: readonly Provider[]) {
    this.all = [...providers].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const provider of this.all) {
      for (const type of [provider.name, ...provider.aliases]) this.#add(type, provider);
    }
  }

  /** The provider a backend's `type` means: its name, or a predecessor's spelling of it. */
  byType(nameOrAlias: string): Provider | undefined {
    return this.#byType.get(nameOrAlias);
  }

  #add(type: string, provider: Provider): void {
    const other = this.#byType.get(type);
    if (other !== undefined) {
      throw new Error(
        `providers/catalog: "${type}" is claimed by both ${other.name} and ${provider.name}; give it to one of them`,
      );
    }
    this.#byType.set(type, provider);
  }
}

/** Reads the folder: sources when they run as they stand, compiled files otherwise. */
export async function loadCatalog(folder = new URL('./catalog/', import.meta.url)): Promise<Catalog> {
  const files = (await readdir(folder)).filter(isProviderFile);
  return new Catalog(await Promise.all(files.map((file) => loadProvider(folder, file))));
}

function isProviderFile(file: string): boolean {
  return /\.[jt]s$/.test(file) && !/\.(test|d)\.[jt]s$/.test(file);
}

async function loadProvider(folder: URL, file: string): Promise<Provider> {
  const module: { default?: unknown } = await import(new URL(file, folder).href);
  const provider = module.default;
  if (!isProvider(provider)) {
    throw new Error(`providers/catalog/${file}: the file must \`export default defineProvider({…})\``);
  }
  if (file.replace(/\.[jt]s$/, '') !== provider.name) {
    throw new Error(`providers/catalog/${file}: call the file after its provider, "${provider.name}"`);
  }
  return provider;
}

function isProvider(value: unknown): value is Provider {
  return typeof value === 'object' && value !== null && 'name' in value && 'surfaces' in value;
}
