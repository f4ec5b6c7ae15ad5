import type { CancelTimer, Clock } from '../../model/clock.ts';
import type { SumsFound, SumsWanted } from '../../storage/postgres/postgres-ledger.ts';
import { StoreFailure } from '../../storage/store-failure.ts';
import type { UsageQuestion } from './local-usage.ts';
import type { SharedSums, SharedUsage } from './reports.ts';
import type { ShippingState } from './shipping.ts';
import { type GroupBy, groupings, readLine, type UsageLine } from './usage-line.ts';
import { momentsOf, usageWindow } from './usage-window.ts';

/** Whoever looks at a report waits no longer than that for other replicas' part of it. */
const PATIENCE_MS = 5_000;
const LINES_MAX = 100_000;

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

  /** What all replicas but this one had in a stretch of time: by app alone, or also by backend and model. */
  async linesElsewhere(groupBy: readonly GroupBy[], sinceMs: number, untilMs: number): Promise<UsageLine[]> {
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
