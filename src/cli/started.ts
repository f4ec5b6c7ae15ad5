import type { LoadedConfig } from '../config/load.ts';
import { type FirstRun, printFirstRun, type Reachable } from './first-run.ts';
import { formatFacts } from './print-table.ts';
import type { Terminal } from './terminal.ts';

/** A house that listens, as it is announced to whoever started it. */
export interface Started extends Reachable {
  readonly pid: number;
  readonly pidFile: string;
  /** In the background only. */
  readonly logPath: string | undefined;
}

export function printStarted(started: Started, first: FirstRun | undefined, terminal: Terminal): void {
  if (first !== undefined) printFirstRun(first, started, terminal);
  const facts: (readonly [string, string])[] = [
    ['listens on', started.addresses.join(', ')],
    ['admin on', started.adminAddresses.join(', ') || 'the control socket alone'],
    ['PID file', started.pidFile],
  ];
  if (started.logPath !== undefined) facts.push(['log', started.logPath]);
  terminal.print(`Sluice is running with PID ${started.pid}.\n${formatFacts(facts)}`);
}

export function startedJson(started: Started, first: FirstRun | undefined): unknown {
  return {
    status: 'started',
    pid: started.pid,
    addresses: started.addresses,
    admin_addresses: started.adminAddresses,
    pid_file: started.pidFile,
    log: started.logPath ?? null,
    first_run: first === undefined ? null : firstRunJson(first),
  };
}

export function firstRunJson({ appId, key, adminToken, files, runtimes }: FirstRun): unknown {
  return { app_id: appId, key, admin_token: adminToken, files, runtimes: runtimes.map(({ name }) => name) };
}

/** Where the house would listen: for a start that failed after the secrets were made. */
export function configuredPlaces({ config }: LoadedConfig): Reachable {
  const { hostV4, hostV6, port, unixSocket } = config.daemon.listen;
  const addresses: string[] = [];
  if (hostV4 !== undefined) addresses.push(`http://${hostV4}:${port}`);
  if (hostV6 !== undefined) addresses.push(`http://[${hostV6}]:${port}`);
  if (unixSocket !== undefined) addresses.push(`unix:${unixSocket}`);
  const { bind, onMain } = config.daemon.admin;
  const adminAddresses = [...bind.map((place) => `http://${place}`), ...(onMain ? addresses : [])];
  return { addresses, adminAddresses };
}
