import type { Totals } from '../decisions/accounting/totals.ts';
import type { ActiveCalls } from '../pipeline/active-calls.ts';

/** How many apps have called today, or are calling now: the gauge `active_apps`. */
export function recentlyActive(totals: Totals, calls: ActiveCalls, nowMs: number): number {
  const apps = new Set(totals.byApp(nowMs).keys());
  for (const call of calls.all()) if (call.appId !== undefined) apps.add(call.appId);
  return apps.size;
}
