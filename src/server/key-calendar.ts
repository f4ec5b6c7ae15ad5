import type { Config } from '../config/config.ts';
import { describeEndingKey, endingKeys } from '../decisions/policy/ending-keys.ts';
import type { Clock } from '../model/clock.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Whoever reads the log once a day hears of it in time. */
const EVERY_MS = 86_400_000;

/** Says in the log which keys end soon or have ended: when a configuration comes into force, and every day after. */
export class KeyCalendar {
  readonly #clock: Clock;
  readonly #log: Logger;
  #toldAtMs: number | undefined;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  tell({ apps }: Config): void {
    this.#toldAtMs = this.#clock.monotonicMs();
    for (const ending of endingKeys(apps, this.#clock.nowMs())) {
      this.#log.warn(describeEndingKey(ending), { app: ending.appId, key: ending.key });
    }
  }

  /** Once in a while; does nothing most times. */
  sweep(config: Config): void {
    const isTime = this.#toldAtMs === undefined || this.#clock.monotonicMs() - this.#toldAtMs >= EVERY_MS;
    if (isTime) this.tell(config);
  }
}
