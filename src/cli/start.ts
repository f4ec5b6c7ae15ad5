import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import { processEnvironment, readEnvironment } from '../config/environment.ts';
import { formatComplaint } from '../config/format-complaint.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { systemClock } from '../model/clock.ts';
import { type RunningHouse, startHouse } from '../server/start.ts';
import { Log } from '../telemetry/logger.ts';
import { CommandFailure, exitCodes } from './exit-code.ts';
import { handleSignals } from './handle-signals.ts';
import { packageVersion } from './package-version.ts';
import { takePidFile } from './pid-file.ts';
import type { Prepared } from './prepare-start.ts';
import { startWarnings } from './start-warnings.ts';
import type { Started } from './started.ts';

/** What keeps the process alive after everything was closed would be a slip; the process ends all the same. */
const LEAVE_WITHIN_MS = 2000;

/** Runs the house in this process until it is stopped. */
export async function runHere(prepared: Prepared, onStarted: (started: Started) => void): Promise<number> {
  const { locations, loaded } = prepared;
  const { pidFile } = locations;
  mkdirSync(dirname(locations.controlSocket), { recursive: true, mode: 0o700 });
  const release = takePidFile(pidFile);
  process.once('exit', release);
  const obeyEarly = leaveOnEarlySignals();
  const log = openLog(loaded);
  const house = await open(prepared, log);
  obeyEarly();
  const { addresses, adminAddresses } = house;
  onStarted({ addresses, adminAddresses, pid: process.pid, pidFile, logPath: undefined });
  await house.finished;
  await log.flush();
  release();
  systemClock.every(LEAVE_WITHIN_MS, () => process.exit(exitCodes.done));
  return exitCodes.done;
}

/**
 * Before there is a house to drain, a signal just ends the process, PID file and all; a reload would find nothing
 * newer than what is being read. The answer makes room for the real handlers.
 */
function leaveOnEarlySignals(): () => void {
  const leave = (_signal: NodeJS.Signals, number: number) => process.exit(128 + number);
  const ignore = () => undefined;
  process.on('SIGTERM', leave).on('SIGINT', leave).on('SIGHUP', ignore);
  return () => {
    process.off('SIGTERM', leave).off('SIGINT', leave).off('SIGHUP', ignore);
  };
}

function openLog({ config }: LoadedConfig): Log {
  const { level, format, file } = config.daemon.logging;
  const isColoured = process.stderr.isTTY && !readEnvironment().isColorless;
  return new Log({ level, format, file, isColoured });
}

async function open(prepared: Prepared, log: Log): Promise<RunningHouse> {
  warn(prepared.loaded, log);
  let current = prepared.loaded;
  const reload = () => {
    current = loadConfig(prepared.request);
    return current;
  };
  const house = await startOrExplain(prepared, log, reload);
  handleSignals(process, house, {
    isSighupReloading: () => current.config.daemon.reload.enableSighup,
    onFailure: (error) => log.error('a signal could not be obeyed', { error: String(error) }),
  });
  return house;
}

async function startOrExplain(
  { loaded, catalog, locations }: Prepared,
  log: Log,
  reload: () => LoadedConfig,
): Promise<RunningHouse> {
  const { inheritedSockets, httpProxy, httpsProxy, noProxy } = readEnvironment();
  try {
    return await startHouse({
      loaded,
      reload,
      catalog,
      log,
      version: packageVersion(),
      adminSocketPath: locations.controlSocket,
      // systemd hands its sockets over from descriptor 3 on.
      inheritedSockets: Array.from({ length: inheritedSockets }, (_, at) => 3 + at),
      proxy: { httpProxy, httpsProxy, noProxy: noProxy.length === 0 ? undefined : noProxy.join(',') },
      environment: processEnvironment(),
    });
  } catch (error) {
    await log.flush();
    // What keeps a house from opening is nearly always the machine's doing and comes as a sentence.
    throw new CommandFailure(error instanceof Error ? error.message : String(error), exitCodes.failed, {
      cause: error,
    });
  }
}

function warn(loaded: LoadedConfig, log: Log): void {
  for (const complaint of loaded.warnings) log.warn(formatComplaint(complaint));
  const userId = process.getuid?.();
  const facts = { nodeVersion: process.version, userId, configFiles: loaded.files };
  for (const sentence of startWarnings(facts)) log.warn(sentence);
}
