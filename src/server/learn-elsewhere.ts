import type { Config } from '../config/config.ts';
import type { HadElsewhere } from '../decisions/accounting/had-elsewhere.ts';
import type { SharedLedger } from '../decisions/accounting/shared-ledger.ts';
import type { Totals } from '../decisions/accounting/totals.ts';
import { floorTo } from '../decisions/accounting/usage-window.ts';
import { windowsOf } from '../decisions/allowances/claims.ts';
import type { PeriodWindow } from '../decisions/allowances/period-window.ts';

const DAY_MS = 86_400_000;

/** The periods by which some app is counted at this moment, each once. */
export function runningWindows({ apps }: Config, nowMs: number): PeriodWindow[] {
  const windows = apps.flatMap((app) => windowsOf(app, nowMs));
  return [...new Map(windows.map((window) => [`${window.startMs}-${window.endMs}`, window])).values()];
}

/** What other replicas have used of the allowances of the periods that run. One question per period, not per app. */
export async function learnAllowances(
  ledger: SharedLedger,
  elsewhere: HadElsewhere,
  windows: readonly PeriodWindow[],
): Promise<void> {
  const known = [];
  for (const window of windows) {
    known.push({ window, lines: await ledger.linesElsewhere(['app'], window.startMs, window.endMs) });
  }
  elsewhere.replace(known);
}

/** For a replica with nothing of its own: the day so far as the others have seen it (row 000-72). */
export async function learnTotals(ledger: SharedLedger, totals: Totals, nowMs: number): Promise<void> {
  const since = floorTo(DAY_MS, nowMs);
  for (const line of await ledger.linesElsewhere(
    ['app', 'backend', 'model'],
    since,
    Number.MAX_SAFE_INTEGER,
  )) {
    totals.addSums(line.app ?? '', line.backend ?? '', line.model ?? '', line);
  }
}
