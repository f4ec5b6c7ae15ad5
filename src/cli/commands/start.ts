import { resolve } from 'node:path';

import { startInBackground } from '../background.ts';
import { exitCodes } from '../exit-code.ts';
import type { ConfigFlags } from '../load-request.ts';
import { configPathOf } from '../locations.ts';
import { type Prepared, prepareStart } from '../prepare-start.ts';
import { configuredPlaces, printStarted, type Started, startedJson } from '../started.ts';
import type { Terminal } from '../terminal.ts';

interface StartFlags extends ConfigFlags {
  readonly detach?: boolean;
  readonly pidFile?: string;
  readonly timeout: number;
}

/**
 * `sluice start`: runs the house here, or in the background. Secrets of a first run are made and shown by this
 * process, the one somebody is looking at; the background process only ever sees their hashes.
 */
export async function run(flags: StartFlags, terminal: Terminal): Promise<number> {
  const prepared = await prepareStart(flags);
  let isAnnounced = false;
  const announce = (started: Started) => {
    isAnnounced = true;
    if (flags.json === true) terminal.printJson(startedJson(started, prepared.first));
    else printStarted(started, prepared.first, terminal);
  };
  try {
    if (flags.detach === true) return await startDetached(flags, prepared, announce);
    // The house with all it imports is loaded here and nowhere else.
    const { runHere } = await import('../start.ts');
    return await runHere(prepared, announce);
  } catch (error) {
    // The files are written and will be used by the next start, which shows nothing: it is now or never.
    if (!isAnnounced && prepared.first !== undefined) announceUnstarted(prepared, announce);
    throw error;
  }
}

function announceUnstarted({ loaded, locations }: Prepared, announce: (started: Started) => void): void {
  announce({ ...configuredPlaces(loaded), pid: process.pid, pidFile: locations.pidFile, logPath: undefined });
}

async function startDetached(
  flags: StartFlags,
  { loaded, locations }: Prepared,
  announce: (started: Started) => void,
): Promise<number> {
  const logPath = resolve(locations.configDir, loaded.config.daemon.logging.file ?? 'sluice.log');
  const { controlSocket, pidFile } = locations;
  const options = { args: foregroundArgs(flags), logPath, controlSocket, withinMs: flags.timeout * 1000 };
  const { pid, report } = await startInBackground(options);
  announce({ pid, pidFile, logPath, addresses: report.addresses, adminAddresses: report.admin_addresses });
  return exitCodes.done;
}

/** The same command line without `--detach`. */
function foregroundArgs(flags: StartFlags): string[] {
  const pairs: [string, string | number | undefined][] = [
    ['--config', configPathOf(flags)],
    ['--host', flags.host],
    ['--port', flags.port],
    ['--unix-socket', flags.unixSocket],
    ['--pid-file', flags.pidFile],
    ['--log-level', flags.logLevel],
  ];
  return pairs.flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
}
