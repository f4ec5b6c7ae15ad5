import type { CancelTimer, Clock } from '../../model/clock.ts';
import type { MicroUnits } from '../../model/money.ts';
import type { SumsFound, SumsWanted } from '../../storage/postgres/postgres-ledger.ts';
import { StoreFailure } from '../../storage/store-failure.ts';
import type { UsageQuestion } from './local-usage.ts';
import type { SharedSums, SharedUsage } from './reports.ts';
import type { ShippingState } from './shipping.ts';
import { type GroupBy, groupings, readLine, type UsageLine } from './usage-line.ts';
import { momentsOf, usageWindow } from './usage-window.ts';

/** Whoever looks at a report waits no longer than that for other replicas' part of it. */
const PATIENCE_MS = 5_000;
const LINES_MAX = 1_000;
const APPS_MAX = 100_000;

export interface SharedStore {
  sums(replica: string, wanted: SumsWanted): Promise<SumsFound>;
}

export interface SharedLedgerParts {
  readonly store: SharedStore;
  readonly replica: () => string;
  readonly state: () => ShippingState;
  readonly clock: Clock;
}

/** The ledgers of all replicas together, as they have arrived in the database they share. */
export class SharedLedger implements SharedUsage {
  readonly #parts: SharedLedgerParts;

  constructor(parts: SharedLedgerParts) {
    this.#parts = parts;
  }

  async sums(question: UsageQuestion): Promise<SharedSums> {
    const { groupBy } = question;
    const found = await this.#ask(question, [groupBy, []], undefined);
    const [lines = [], totals = []] = found.lines;
    return { lines: lines.map(readLine), totals: totals.map(readLine), shippedTo: found.shippedTo };
  }

  /** What each app has spent in a stretch of time at all replicas but this one; those not in it have spent nothing. */
  async spentElsewhere(sinceMs: number, untilMs: number): Promise<ReadonlyMap<string, MicroUnits>> {
    const groupBy = ['app'] as const;
    const question = { groupBy, appId: undefined, sinceMs, untilMs, linesMax: APPS_MAX };
    const found = await this.#ask(question, [groupBy], this.#parts.replica());
    const spent = new Map<string, MicroUnits>();
    for (const { app = '', costMicro } of (found.lines[0] ?? []).map(readLine)) {
      spent.set(app, (spent.get(app) ?? 0) + costMicro);
    }
    return spent;
  }

  /** What all replicas but this one have used since a moment, by app, backend and model. */
  async usedElsewhere(sinceMs: number): Promise<UsageLine[]> {
    const groupBy = ['app', 'backend', 'model'] as const;
    const untilMs = Number.MAX_SAFE_INTEGER;
    const question = { groupBy, appId: undefined, sinceMs, untilMs, linesMax: LINES_MAX };
    const found = await this.#ask(question, [groupBy], this.#parts.replica());
    return (found.lines[0] ?? []).map(readLine);
  }

  async #ask(
    question: UsageQuestion,
    wanted: readonly (readonly GroupBy[])[],
    exceptReplica: string | undefined,
  ): Promise<SumsFound> {
    const { store, replica, state, clock } = this.#parts;
    const { what, why = 'there is no connection yet' } = state();
    if (what !== 'well') {
      throw new StoreFailure('unreachable', `PostgreSQL cannot be asked: ${why}.`);
    }
    const { sinceMs, untilMs, appId, linesMax } = question;
    const byHour = question.groupBy.includes('hour');
    const answer = store.sums(replica(), {
      momentsMs: (rowsDeletedBeforeMs) =>
        momentsOf(usageWindow(sinceMs, untilMs, { rowsDeletedBeforeMs, byHour })),
      groupings: wanted.map((words) => groupings.map((word) => words.includes(word))),
      ...{ appId, exceptReplica, linesMax },
    });
    return within(PATIENCE_MS, answer, clock);
  }
}

/** The answer may come later than that; then nobody listens. */
async function within<T>(ms: number, answer: Promise<T>, clock: Clock): Promise<T> {
  let cancel: CancelTimer = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(ms, () =>
      reject(new StoreFailure('unreachable', 'PostgreSQL does not answer in time.')),
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    cancel();
  }
}
