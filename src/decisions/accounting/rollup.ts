/**
 * Adds the ledger's rows to sums per hour and per day, by app, backend, model and currency. A little later than the rows
 * themselves, so that no request pays for it; whoever reads adds the rows that are not in the sums yet. Rows and the mark
 * up to which they are in go together, so each is counted once whatever the process dies of.
 */
import type { Database } from '../../storage/database.ts';
import type { SqlStatement } from '../../storage/sqlite-driver.ts';
import { LedgerFacts } from './ledger-facts.ts';

/** Some three milliseconds. */
const ROWS_PER_PIECE = 200;

const pieceSql = `SELECT count(*) AS count, max(id) AS last, max(id / 1000 - created_at) AS lead
  FROM (SELECT id, created_at FROM requests WHERE id > ? ORDER BY id LIMIT ?)`;

const hoursSql = `INSERT INTO usage_by_hour (starts_at, app_id, backend, model, currency, requests, errors, unpriced,
    images, cost_micro, prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hits, hit_prompt_tokens,
    hit_completion_tokens)
  SELECT created_at - created_at % 3600000, coalesce(app_id, ''), coalesce(backend, ''), coalesce(model, ''),
    coalesce(currency, ''), count(*), sum(status >= 400), sum(is_unpriced), sum(images), sum(cost_micro),
    sum(coalesce(prompt_tokens, 0)), sum(coalesce(completion_tokens, 0)), sum(coalesce(total_tokens, 0)),
    sum(latency_ms), sum(cache_hit), sum(cache_hit * coalesce(prompt_tokens, 0)),
    sum(cache_hit * coalesce(completion_tokens, 0))
  FROM requests WHERE id > ? AND id <= ? GROUP BY 1, 2, 3, 4, 5
  ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, errors = errors + excluded.errors,
    unpriced = unpriced + excluded.unpriced, images = images + excluded.images,
    cost_micro = cost_micro + excluded.cost_micro, prompt_tokens = prompt_tokens + excluded.prompt_tokens,
    completion_tokens = completion_tokens + excluded.completion_tokens,
    total_tokens = total_tokens + excluded.total_tokens, latency_ms = latency_ms + excluded.latency_ms,
    cache_hits = cache_hits + excluded.cache_hits, hit_prompt_tokens = hit_prompt_tokens + excluded.hit_prompt_tokens,
    hit_completion_tokens = hit_completion_tokens + excluded.hit_completion_tokens`;

const daysSql = `INSERT INTO usage_by_day (starts_at, app_id, backend, model, currency, requests, errors, unpriced,
    images, cost_micro, prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hits, hit_prompt_tokens,
    hit_completion_tokens)
  SELECT created_at - created_at % 86400000, coalesce(app_id, ''), coalesce(backend, ''), coalesce(model, ''),
    coalesce(currency, ''), count(*), sum(status >= 400), sum(is_unpriced), sum(images), sum(cost_micro),
    sum(coalesce(prompt_tokens, 0)), sum(coalesce(completion_tokens, 0)), sum(coalesce(total_tokens, 0)),
    sum(latency_ms), sum(cache_hit), sum(cache_hit * coalesce(prompt_tokens, 0)),
    sum(cache_hit * coalesce(completion_tokens, 0))
  FROM requests WHERE id > ? AND id <= ? GROUP BY 1, 2, 3, 4, 5
  ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, errors = errors + excluded.errors,
    unpriced = unpriced + excluded.unpriced, images = images + excluded.images,
    cost_micro = cost_micro + excluded.cost_micro, prompt_tokens = prompt_tokens + excluded.prompt_tokens,
    completion_tokens = completion_tokens + excluded.completion_tokens,
    total_tokens = total_tokens + excluded.total_tokens, latency_ms = latency_ms + excluded.latency_ms,
    cache_hits = cache_hits + excluded.cache_hits, hit_prompt_tokens = hit_prompt_tokens + excluded.hit_prompt_tokens,
    hit_completion_tokens = hit_completion_tokens + excluded.hit_completion_tokens`;

export class Rollup {
  readonly #database: Database;
  readonly #facts: LedgerFacts;
  readonly #isWhole: () => boolean;
  readonly #rowsPerPiece: number;
  readonly #piece: SqlStatement;
  readonly #hours: SqlStatement;
  readonly #days: SqlStatement;

  /** @param isWhole false while rows wait beside the database: they would come in below the mark, and be missed. */
  constructor(database: Database, isWhole: () => boolean, rowsPerPiece = ROWS_PER_PIECE) {
    this.#database = database;
    this.#facts = new LedgerFacts(database);
    this.#isWhole = isWhole;
    this.#rowsPerPiece = rowsPerPiece;
    this.#piece = database.prepare(pieceSql);
    this.#hours = database.prepare(hoursSql);
    this.#days = database.prepare(daysSql);
  }

  /** One piece; false when there is no more to do. Throws what the database throws, and nothing is changed then. */
  fold(): boolean {
    if (!this.#isWhole()) return false;
    return this.#database.transaction(() => {
      const from = this.#facts.number('folded_to');
      const piece = this.#piece.get(from, this.#rowsPerPiece);
      const count = Number(piece?.['count']);
      if (piece === undefined || count === 0) return false;
      const last = Number(piece['last']);
      this.#hours.run(from, last);
      this.#days.run(from, last);
      this.#facts.set('folded_to', last);
      const lead = Number(piece['lead']);
      if (lead > this.#facts.number('id_lead_ms')) this.#facts.set('id_lead_ms', lead);
      return count === this.#rowsPerPiece;
    });
  }
}
