import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Catalog } from '../providers/load-catalog.ts';
import type { Log } from '../telemetry/logger.ts';
import type { ProxySettings } from '../upstream/connections.ts';

/** What a house is started with. */
export interface StartOptions {
  readonly loaded: LoadedConfig;
  /** Reads the configuration anew; throws `ConfigError`. */
  readonly reload: () => LoadedConfig;
  readonly catalog: Catalog;
  readonly log: Log;
  readonly version: string;
  /** The socket the command line reaches the daemon by. */
  readonly adminSocketPath: string;
  /** Listening sockets somebody else opened (LISTEN_FDS); they take the place of `listen`. */
  readonly inheritedSockets: readonly number[];
  readonly proxy: ProxySettings;
  /** Of this process; commands that load and unload models get a few of its variables. */
  readonly environment: Environment;
}
