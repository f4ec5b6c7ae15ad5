/**
 * What each app has spent in its current cost period. Kept in memory for the hot path, read from the ledger once
 * per app. It knows no limits and refuses nobody; that is policy's.
 */
import type { CostPeriod } from '../../config/config.ts';
import type { MicroUnits } from '../../model/money.ts';
import type { Database } from '../../storage/database.ts';
import type { SqlStatement } from '../../storage/sqlite-driver.ts';
import { type PeriodWindow, periodWindow } from './period-start.ts';

/** Windows remembered per app, so that a clock that steps back and forth finds its sums again (faults D12). */
const WINDOWS_MAX = 4;

interface SpendWindow extends PeriodWindow {
  spentMicro: MicroUnits;
}

interface Track {
  readonly period: CostPeriod;
  readonly timezone: string;
  /** Newest last, by start. */
  readonly windows: SpendWindow[];
  /** The one that was asked for last: nearly always the next one as well. */
  current: SpendWindow;
}

export class Spend {
  readonly #tracks = new Map<string, Track>();
  readonly #sum: SqlStatement;
  readonly #writePending: () => void;

  /** `writePending` (the ledger's) is called before sums are read, so that no closed entry is missed. */
  constructor(database: Database, writePending: () => void) {
    this.#sum = database.prepare(
      'SELECT total(cost_micro) AS spent FROM requests WHERE app_id = ? AND created_at >= ? AND created_at < ?',
    );
    this.#writePending = writePending;
  }

  /**
   * Micro-units that `appId` has spent in the period around `nowMs`. The first call for an app, or one with
   * another period than before, reads the ledger and starts tracking; call it once per limited app on start.
   */
  spent(appId: string, period: CostPeriod, timezone: string, nowMs: number): MicroUnits {
    const track = this.#tracks.get(appId);
    if (track === undefined || track.period !== period || track.timezone !== timezone) {
      return this.#startTrack(appId, period, timezone, nowMs).current.spentMicro;
    }
    return this.#windowAt(appId, track, nowMs).spentMicro;
  }

  /** Adds what an entry cost; `atMs` is its `closedAtMs`. Apps that nobody asked about are not tracked. */
  add(appId: string, costMicro: MicroUnits, atMs: number): void {
    const track = this.#tracks.get(appId);
    if (track === undefined) return;
    const window = findWindow(track, atMs) ?? startNewest(track, atMs);
    // An older window that is not in memory is read from the ledger when asked for, with this entry in it.
    if (window !== undefined) window.spentMicro += costMicro;
  }

  /** Forgets apps that no longer have a limit, after a reload. */
  keepOnly(appIds: ReadonlySet<string>): void {
    for (const appId of this.#tracks.keys()) {
      if (!appIds.has(appId)) this.#tracks.delete(appId);
    }
  }

  #startTrack(appId: string, period: CostPeriod, timezone: string, nowMs: number): Track {
    const current = this.#readWindow(appId, periodWindow(period, timezone, nowMs));
    const track = { period, timezone, windows: [current], current };
    this.#tracks.set(appId, track);
    return track;
  }

  #windowAt(appId: string, track: Track, nowMs: number): SpendWindow {
    track.current =
      findWindow(track, nowMs) ?? startNewest(track, nowMs) ?? this.#readOlder(appId, track, nowMs);
    return track.current;
  }

  #readOlder(appId: string, track: Track, nowMs: number): SpendWindow {
    const window = this.#readWindow(appId, periodWindow(track.period, track.timezone, nowMs));
    remember(track, window);
    return window;
  }

  #readWindow(appId: string, { startMs, endMs }: PeriodWindow): SpendWindow {
    this.#writePending();
    const row = this.#sum.get(appId, startMs, endMs);
    return { startMs, endMs, spentMicro: Number(row?.['spent'] ?? 0) };
  }
}

function findWindow(track: Track, atMs: number): SpendWindow | undefined {
  if (contains(track.current, atMs)) return track.current;
  return track.windows.find((window) => contains(window, atMs));
}

/**
 * A window later than any before starts at 0 without asking the ledger: whatever falls into it has come, or will
 * come, through `add`, even what the database could not take yet.
 */
function startNewest(track: Track, atMs: number): SpendWindow | undefined {
  if (atMs < (track.windows.at(-1)?.endMs ?? 0)) return undefined;
  const { startMs, endMs } = periodWindow(track.period, track.timezone, atMs);
  const window = { startMs, endMs, spentMicro: 0 };
  remember(track, window);
  return window;
}

function remember(track: Track, window: SpendWindow): void {
  track.windows.push(window);
  track.windows.sort((a, b) => a.startMs - b.startMs);
  if (track.windows.length > WINDOWS_MAX) track.windows.splice(track.windows[0] === window ? 1 : 0, 1);
}

function contains(window: PeriodWindow, ms: number): boolean {
  return window.startMs <= ms && ms < window.endMs;
}
