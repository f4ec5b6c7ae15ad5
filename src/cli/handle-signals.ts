/**
 * What the daemon does on a signal (contract 3). SIGUSR1 stays Node's own.
 *
 *   SIGHUP           reload, if the configuration allows it, and reopen log and trace files in any case
 *   SIGTERM, SIGINT  drain; the second one ends now
 *   SIGUSR2          write the live state to the log
 */
export interface SignalledHouse {
  reload(): Promise<unknown>;
  reopenLogs(): void;
  dumpLiveState(): void;
  drainAndStop(): Promise<void>;
  stopNow(): Promise<void>;
}

export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
}

export interface SignalOptions {
  readonly isSighupReloading: () => boolean;
  /** The reload and the stop report what goes wrong themselves; what they throw all the same ends up here. */
  readonly onFailure: (error: unknown) => void;
}

export function handleSignals(source: SignalSource, house: SignalledHouse, options: SignalOptions): void {
  const settle = (work: Promise<unknown>) => void work.catch(options.onFailure);
  let isStopping = false;
  const stop = () => {
    settle(isStopping ? house.stopNow() : house.drainAndStop());
    isStopping = true;
  };
  source.on('SIGTERM', stop);
  source.on('SIGINT', stop);
  source.on('SIGUSR2', () => house.dumpLiveState());
  source.on('SIGHUP', () => {
    house.reopenLogs();
    if (options.isSighupReloading()) settle(house.reload());
  });
}
