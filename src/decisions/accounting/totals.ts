/**
 * Running totals of the current UTC day, per app and per backend and model (rows 000-72, 000-74), for the live
 * page: kept in memory, so that looking costs nothing, and read back from the ledger on start. They begin anew at
 * midnight UTC, so that a day's numbers do not depend on when the daemon was last started.
 */
import type { Database } from '../../storage/database.ts';
import type { Entry } from './entry.ts';
import { addEntry, addTally, emptyTally, readTally, type Tally } from './tally.ts';

const DAY_MS = 86_400_000;
/** Names of models may come from clients (`default_backend`), so the tables must not grow with them. */
const NAMES_MAX = 1_000;
const OTHER = 'other';
const UNKNOWN = 'unknown';

const sumsSql = `SELECT app_id, backend, model, total(requests) AS requests, total(cost_micro) AS cost_micro,
    total(prompt_tokens) AS prompt_tokens, total(completion_tokens) AS completion_tokens,
    total(total_tokens) AS total_tokens, total(latency_ms) AS latency_ms, total(images) AS images,
    total(unpriced) AS unpriced
  FROM (
    SELECT app_id, backend, model, requests, cost_micro, prompt_tokens, completion_tokens, total_tokens, latency_ms,
      images, unpriced
    FROM usage_by_day WHERE starts_at = ?1
    UNION ALL
    SELECT coalesce(app_id, ''), coalesce(backend, ''), coalesce(model, ''), 1, cost_micro, prompt_tokens,
      completion_tokens, total_tokens, latency_ms, images, is_unpriced
    FROM requests
    WHERE id > max(coalesce((SELECT value FROM ledger_facts WHERE name = 'folded_to'), 0), ?1 * 1000 - 1)
      AND created_at >= ?1 AND created_at < ?2)
  GROUP BY app_id, backend, model`;

export interface ModelTotals {
  readonly backend: string;
  readonly model: string;
  readonly tally: Readonly<Tally>;
}

export class Totals {
  #dayStartMs: number;
  #byApp = new Map<string, Tally>();
  #byBackend = new Map<string, Map<string, Tally>>();

  constructor(nowMs: number) {
    this.#dayStartMs = startOfUtcDay(nowMs);
  }

  /** Counts a closed entry, under the day in which it was closed. */
  add(entry: Entry): void {
    this.#rollOver(entry.closedAtMs);
    if (entry.appId !== undefined) addEntry(tallyOf(this.#byApp, entry.appId), entry);
    if (entry.backend !== undefined) {
      addEntry(tallyOf(this.#modelsOf(entry.backend), entry.model ?? UNKNOWN), entry);
    }
  }

  /** Per app, as of `nowMs`; live objects, not to be kept. */
  byApp(nowMs: number): ReadonlyMap<string, Readonly<Tally>> {
    this.#rollOver(nowMs);
    return this.#byApp;
  }

  byModel(nowMs: number): readonly ModelTotals[] {
    this.#rollOver(nowMs);
    return [...this.#byBackend].flatMap(([backend, models]) =>
      [...models].map(([model, tally]) => ({ backend, model, tally })),
    );
  }

  /** Takes today's sums from the ledger; for the start, before the first `add`. */
  restore(database: Database): void {
    const today = [this.#dayStartMs, this.#dayStartMs + DAY_MS] as const;
    for (const row of database.prepare(sumsSql).all(...today)) {
      this.addSums(String(row['app_id']), String(row['backend']), String(row['model']), readTally(row));
    }
  }

  /** Sums of today that are known from elsewhere; '' is a name that is not known. */
  addSums(appId: string, backend: string, model: string, sums: Readonly<Tally>): void {
    if (appId !== '') addTally(tallyOf(this.#byApp, appId), sums);
    if (backend !== '') addTally(tallyOf(this.#modelsOf(backend), model === '' ? UNKNOWN : model), sums);
  }

  #modelsOf(backend: string): Map<string, Tally> {
    let models = this.#byBackend.get(backend);
    if (models === undefined) {
      models = new Map();
      this.#byBackend.set(backend, models);
    }
    return models;
  }

  /** Only forward: a clock that steps back over midnight must not wipe the day twice (faults D12). */
  #rollOver(nowMs: number): void {
    if (nowMs < this.#dayStartMs + DAY_MS) return;
    this.#dayStartMs = startOfUtcDay(nowMs);
    this.#byApp = new Map();
    this.#byBackend = new Map();
  }
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const known = tallies.get(name);
  if (known !== undefined) return known;
  if (tallies.size >= NAMES_MAX && name !== OTHER) return tallyOf(tallies, OTHER);
  const fresh = emptyTally();
  tallies.set(name, fresh);
  return fresh;
}

function startOfUtcDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}
