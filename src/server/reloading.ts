import type { Complaint, Config, DatabaseConfig, RedisConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Clock } from '../model/clock.ts';
import type { ReloadResult } from './admin/admin-api.ts';
import type { BuiltHouse } from './built-house.ts';
import { complaintLine } from './complaint-line.ts';
import type { StartOptions } from './start-options.ts';

/**
 * Reloads, one after another: everything is read and checked first, then one snapshot takes the place of the
 * other. Whatever is wrong, the old one stays in force and the complaint is kept for whoever asks.
 */
export class Reloading {
  readonly #options: StartOptions;
  readonly #house: BuiltHouse;
  readonly #clock: Clock;
  readonly #onAdopted: (loaded: LoadedConfig) => void;
  #loaded: LoadedConfig;
  #lastResult: ReloadResult | undefined;

  constructor(
    options: StartOptions,
    house: BuiltHouse,
    clock: Clock,
    onAdopted: (loaded: LoadedConfig) => void,
  ) {
    this.#options = options;
    this.#house = house;
    this.#clock = clock;
    this.#onAdopted = onAdopted;
    this.#loaded = options.loaded;
  }

  get loaded(): LoadedConfig {
    return this.#loaded;
  }

  get lastResult(): ReloadResult | undefined {
    return this.#lastResult;
  }

  /** Never throws: a refused configuration is a result, too. */
  async reload(): Promise<ReloadResult> {
    try {
      this.#lastResult = this.#adopt(this.#options.reload());
    } catch (thrown) {
      this.#house.lockCards(this.#loaded.config);
      this.#lastResult = this.#refused(complaintsOf(thrown));
    }
    this.#report(this.#lastResult);
    return this.#lastResult;
  }

  #adopt(loaded: LoadedConfig): ReloadResult {
    const needsRestart = keysNeedingRestart(this.#options.loaded.config, loaded.config);
    this.#house.lockCards(loaded.config);
    this.#onAdopted(loaded);
    const { generation } = this.#house.adopt(loaded.config);
    this.#loaded = loaded;
    const { level, format, file } = loaded.config.daemon.logging;
    void this.#house.log.apply({ level, format, file });
    return { ...this.#result('reloaded', loaded.warnings), generation, needs_restart: needsRestart };
  }

  #refused(complaints: readonly Complaint[]): ReloadResult {
    return this.#result('refused', complaints);
  }

  #result(status: ReloadResult['status'], complaints: readonly Complaint[]): ReloadResult {
    return {
      status,
      at: new Date(this.#clock.nowMs()).toISOString(),
      generation: this.#house.snapshot().generation,
      complaints: complaints.map(complaintLine),
      needs_restart: [],
    };
  }

  #report(result: ReloadResult): void {
    const { log } = this.#house;
    if (result.status === 'reloaded') log.info('configuration reloaded', { ...result });
    else log.error('configuration refused; the old one stays in force', { ...result });
  }
}

function complaintsOf(thrown: unknown): readonly Complaint[] {
  if (thrown instanceof ConfigError) return thrown.complaints;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return [{ severity: 'error', file: '', line: undefined, column: undefined, key: '', message }];
}

/** What is opened once, at the start. */
const openedOnce: readonly (readonly [string, (config: Config) => unknown])[] = [
  ['listen.host_v4', (config) => config.daemon.listen.hostV4],
  ['listen.host_v6', (config) => config.daemon.listen.hostV6],
  ['listen.port', (config) => config.daemon.listen.port],
  ['listen.unix_socket', (config) => config.daemon.listen.unixSocket],
  ['listen.unix_socket_mode', (config) => config.daemon.listen.unixSocketMode],
  ['listen.tls', (config) => config.daemon.listen.tls === undefined],
  ['admin.bind', (config) => config.daemon.admin.bind.join(' ')],
  ['admin.on_main', (config) => config.daemon.admin.onMain],
  ['redis.url', (config) => config.daemon.redis?.url.reveal()],
  ['redis.tls', (config) => JSON.stringify(config.daemon.redis?.tls)],
  ['redis.sentinels', (config) => sentinelsAsTold(config.daemon.redis)],
  ['redis.on_store_loss', (config) => config.daemon.redis?.onStoreLoss],
  ['database.path', (config) => config.daemon.database.path],
  ['database', (config) => postgresAsTold(config.daemon.database)],
  ['metrics.compat', (config) => config.daemon.metrics.compat.join(' ')],
  ['limits.max_connections', (config) => config.daemon.limits.connectionsMax],
];

/** Retention is not among them: what is old is asked anew each time. */
function postgresAsTold({ postgres }: DatabaseConfig): string {
  return JSON.stringify({ ...postgres, password: postgres?.password?.reveal() });
}

function sentinelsAsTold(redis: RedisConfig | undefined): string {
  const { sentinels, sentinelUsername, sentinelPassword } = redis ?? {};
  return JSON.stringify([sentinels, sentinelUsername, sentinelPassword?.reveal()]);
}

/** The keys whose value is another than the one in use since the start, however many reloads ago it changed. */
function keysNeedingRestart(opened: Config, wanted: Config): string[] {
  return openedOnce.filter(([, read]) => read(opened) !== read(wanted)).map(([key]) => key);
}
