import { isFirstRun, type LoadedConfig, loadConfig } from '../config/load.ts';
import { CommandFailure } from './exit-code.ts';
import { type FirstRun, writeFirstRun } from './first-run.ts';
import { type CatalogAndRequest, type ConfigFlags, makeLoadRequest } from './load-request.ts';
import { type Locations, locate } from './locations.ts';
import { readPidFile } from './pid-file.ts';

/** All that is known before anything is opened. */
export interface Prepared extends CatalogAndRequest {
  readonly locations: Locations;
  readonly loaded: LoadedConfig;
  /** undefined on every start but the first. */
  readonly first: FirstRun | undefined;
}

/** Reads the configuration, or writes the first one. Throws `ConfigError` when it is refused. */
export async function prepareStart(flags: ConfigFlags & { readonly pidFile?: string }): Promise<Prepared> {
  const made = await makeLoadRequest(flags);
  const locations = locate(flags);
  refuseSecond(locations.pidFile);
  const first = isFirstRun(made.request) ? await writeFirstRun(locations.configDir, made.catalog) : undefined;
  return { ...made, locations, first, loaded: loadConfig(made.request) };
}

/** Said here already, so that nobody is sent to a log for it; `takePidFile` decides. */
function refuseSecond(pidFile: string): void {
  const state = readPidFile(pidFile);
  if (state.kind !== 'running') return;
  throw new CommandFailure(
    `Sluice is already running with PID ${state.pid} (${pidFile}); \`sluice stop\` ends it.`,
  );
}
