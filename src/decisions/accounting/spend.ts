/**
 * What each app has spent in its current cost period, here and, as far as it is told, at other replicas. Kept in memory
 * for the hot path, read from the ledger once per app. It knows no limits and refuses nobody; that is policy's.
 */
import type { CostPeriod } from '../../config/config.ts';
import type { MicroUnits } from '../../model/money.ts';
import type { Database } from '../../storage/database.ts';
import type { SqlStatement } from '../../storage/sqlite-driver.ts';
import { LedgerFacts } from './ledger-facts.ts';
import { type PeriodWindow, periodWindow } from './period-start.ts';
import { momentsOf, usageWindow } from './usage-window.ts';

/** Windows remembered per app, so that a clock that steps back and forth finds its sums again (faults D12). */
const WINDOWS_MAX = 4;

/**
 * Days and hours that are whole are taken from the sums, the two ends and what is not in the sums from the rows. For the
 * ends an index is enough; `NOT INDEXED` has what is not in the sums found by its id.
 */
const spentSql = `SELECT
    (SELECT total(cost_micro) FROM usage_by_day WHERE app_id = ?1 AND starts_at >= ?4 AND starts_at < ?5)
    + (SELECT total(cost_micro) FROM usage_by_hour WHERE app_id = ?1 AND starts_at >= ?3 AND starts_at < ?4)
    + (SELECT total(cost_micro) FROM usage_by_hour WHERE app_id = ?1 AND starts_at >= ?5 AND starts_at < ?6)
    + (SELECT total(cost_micro) FROM requests
       WHERE app_id = ?1 AND created_at >= ?2 AND created_at < ?3 AND id <= ?8)
    + (SELECT total(cost_micro) FROM requests
       WHERE app_id = ?1 AND created_at >= ?6 AND created_at < ?7 AND id <= ?8)
    + (SELECT total(cost_micro) FROM requests NOT INDEXED
       WHERE id > max(?8, ?2 * 1000 - 1) AND app_id = ?1 AND created_at >= ?2 AND created_at < ?7) AS spent`;

/** Of a ledger that is older than its sums nothing is in them yet; then one index has it all. */
const spentOfRowsSql =
  'SELECT total(cost_micro) AS spent FROM requests WHERE app_id = ? AND created_at >= ? AND created_at < ?';

interface SpendWindow extends PeriodWindow {
  spentMicro: MicroUnits;
  /** Of the same period, but at other replicas. */
  elsewhereMicro: MicroUnits;
}

/** A period of an app that is being counted. */
export interface SpendPeriod extends PeriodWindow {
  readonly appId: string;
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
  readonly #sumOfRows: SqlStatement;
  readonly #facts: LedgerFacts;
  readonly #writePending: () => void;

  /** `writePending` (the ledger's) is called before sums are read, so that no closed entry is missed. */
  constructor(database: Database, writePending: () => void) {
    this.#sum = database.prepare(spentSql);
    this.#sumOfRows = database.prepare(spentOfRowsSql);
    this.#facts = new LedgerFacts(database);
    this.#writePending = writePending;
  }

  /**
   * Micro-units that `appId` has spent in the period around `nowMs`. The first call for an app, or one with
   * another period than before, reads the ledger and starts tracking; call it once per limited app on start.
   */
  spent(appId: string, period: CostPeriod, timezone: string, nowMs: number): MicroUnits {
    const track = this.#tracks.get(appId);
    if (track === undefined || track.period !== period || track.timezone !== timezone) {
      return sumOf(this.#startTrack(appId, period, timezone, nowMs).current);
    }
    return sumOf(this.#windowAt(appId, track, nowMs));
  }

  /** Adds what an entry cost; `atMs` is its `closedAtMs`. Apps that nobody asked about are not tracked. */
  add(appId: string, costMicro: MicroUnits, atMs: number): void {
    const track = this.#tracks.get(appId);
    if (track === undefined) return;
    const window = findWindow(track, atMs) ?? startNewest(track, atMs);
    // An older window that is not in memory is read from the ledger when asked for, with this entry in it.
    if (window !== undefined) window.spentMicro += costMicro;
  }

  /** The periods that are being counted now. */
  periods(): SpendPeriod[] {
    return [...this.#tracks].map(([appId, { current }]) => ({
      appId,
      startMs: current.startMs,
      endMs: current.endMs,
    }));
  }

  /** What other replicas have spent in a period, in place of what they had before. */
  setElsewhere({ appId, startMs }: SpendPeriod, micro: MicroUnits): void {
    const window = this.#tracks.get(appId)?.windows.find((candidate) => candidate.startMs === startMs);
    if (window !== undefined) window.elsewhereMicro = micro;
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
    const folded = this.#facts.number('folded_to');
    const row =
      folded === 0
        ? this.#sumOfRows.get(appId, startMs, endMs)
        : this.#sum.get(appId, ...this.#boundsOf(startMs, endMs), folded);
    return { startMs, endMs, spentMicro: Number(row?.['spent'] ?? 0), elsewhereMicro: 0 };
  }

  #boundsOf(startMs: number, endMs: number): number[] {
    const window = usageWindow(startMs, endMs, {
      rowsDeletedBeforeMs: this.#facts.number('rows_deleted_before'),
      byHour: false,
    });
    return momentsOf(window);
  }
}

function sumOf(window: SpendWindow): MicroUnits {
  return window.spentMicro + window.elsewhereMicro;
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
  const window = { startMs, endMs, spentMicro: 0, elsewhereMicro: 0 };
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
