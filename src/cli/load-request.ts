import type { Flags } from '../config/environment-overrides.ts';
import type { LoadRequest } from '../config/load.ts';
import { type Catalog, loadCatalog } from '../providers/load-catalog.ts';
import type { GlobalOptions } from './command-file.ts';
import { configPathOf } from './locations.ts';

/** What the loader needs to know, out of the flags of a command. */
export interface ConfigFlags extends GlobalOptions {
  readonly host?: string;
  readonly port?: number;
  readonly unixSocket?: string;
  readonly logLevel?: string;
  readonly reload?: boolean;
}

export interface CatalogAndRequest {
  readonly catalog: Catalog;
  readonly request: LoadRequest;
}

export async function makeLoadRequest(options: ConfigFlags): Promise<CatalogAndRequest> {
  const catalog = await loadCatalog();
  const { host, port, unixSocket, logLevel, reload } = options;
  const flags: Flags = { host, port, unixSocket, logLevel, reload };
  return { catalog, request: { configPath: configPathOf(options), flags, knownTypes: catalog.all } };
}
