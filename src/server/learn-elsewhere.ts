import type { SharedLedger } from '../decisions/accounting/shared-ledger.ts';
import type { Spend, SpendPeriod } from '../decisions/accounting/spend.ts';
import type { Totals } from '../decisions/accounting/totals.ts';
import { floorTo } from '../decisions/accounting/usage-window.ts';

const DAY_MS = 86_400_000;

/** Adds what other replicas have spent to the budgets that are being counted. One question per period, not per app. */
export async function learnSpending(ledger: SharedLedger, spend: Spend): Promise<void> {
  for (const [first, ...others] of byWindow(spend.periods())) {
    if (first === undefined) continue;
    const spent = await ledger.spentElsewhere(first.startMs, first.endMs);
    for (const period of [first, ...others]) spend.setElsewhere(period, spent.get(period.appId) ?? 0);
  }
}

/** For a replica with nothing of its own: the day so far as the others have seen it (row 000-72). */
export async function learnTotals(ledger: SharedLedger, totals: Totals, nowMs: number): Promise<void> {
  for (const line of await ledger.usedElsewhere(floorTo(DAY_MS, nowMs))) {
    totals.addSums(line.app ?? '', line.backend ?? '', line.model ?? '', line);
  }
}

function byWindow(periods: readonly SpendPeriod[]): Iterable<SpendPeriod[]> {
  const windows = new Map<string, SpendPeriod[]>();
  for (const period of periods) {
    const key = `${period.startMs} ${period.endMs}`;
    windows.set(key, [...(windows.get(key) ?? []), period]);
  }
  return windows.values();
}
