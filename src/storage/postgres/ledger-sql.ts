/** What is said to PostgreSQL about the ledger. Times go in as milliseconds since 1970. */

/** Takes up a replica's name for one process: whoever had it before ships nothing under it any more. */
export const registerSql = `INSERT INTO sluice_replicas (replica, holder, shipped_to, seen_at)
  VALUES ($1, $2, $3, now())
  ON CONFLICT (replica) DO UPDATE SET holder = excluded.holder, seen_at = excluded.seen_at
  RETURNING shipped_to`;

export const holderSql = 'SELECT holder, shipped_to FROM sluice_replicas WHERE replica = $1';

/**
 * $1 rows as JSON, $2 replica, $3 holder, $4 the mark as the sender knows it, $5 the new one. One statement, so all of it
 * happens or nothing, and one way there and back. If `holder` or mark are others, nobody is `me`, and nothing is done.
 */
export const shipSql = `WITH me AS (
    SELECT 1 FROM sluice_replicas WHERE replica = $2 AND holder = $3 AND shipped_to = $4 FOR UPDATE),
  given AS (
    SELECT sent.* FROM me CROSS JOIN json_to_recordset($1::json) AS sent (
      id bigint, created_at numeric, request_id text, app_id text, operation text, asked_model text, model text,
      backend text, is_stream integer, status integer, outcome text, error_code text, prompt_tokens bigint,
      completion_tokens bigint, total_tokens bigint, cached_tokens bigint, is_usage_estimated integer, images integer,
      cost_micro bigint, currency text, is_unpriced integer, queue_ms integer, ttft_ms integer, latency_ms integer,
      started_at numeric, client_ip text, route text, cache_hit integer, key_name text)),
  fresh AS (
    INSERT INTO requests (replica, entry, request_id, app_id, backend, model, asked_model, operation, is_stream, status,
      outcome, error_code, cost, cost_micro, currency, is_unpriced, prompt_tokens, completion_tokens, total_tokens,
      cached_tokens, is_usage_estimated, images, queue_ms, ttft_ms, latency_ms, client_ip, route, started_at, created_at,
      cache_hit, key_name)
    SELECT $2, id, request_id, app_id, backend, model, asked_model, operation, is_stream <> 0, status,
      outcome, error_code, cost_micro / 1000000.0, cost_micro, currency, is_unpriced <> 0, prompt_tokens,
      completion_tokens, total_tokens, cached_tokens, is_usage_estimated <> 0, images, queue_ms, ttft_ms, latency_ms,
      client_ip, route, to_timestamp(started_at / 1000), to_timestamp(created_at / 1000), cache_hit <> 0, key_name
    FROM given ORDER BY id
    ON CONFLICT (replica, entry) DO NOTHING
    RETURNING *),
  sums AS (
    SELECT date_trunc('hour', created_at, 'UTC') AS hour, date_trunc('day', created_at, 'UTC') AS day,
      coalesce(app_id, '') AS app_id, coalesce(backend, '') AS backend, coalesce(model, '') AS model,
      coalesce(currency, '') AS currency, count(*) AS requests, count(*) FILTER (WHERE status >= 400) AS errors,
      count(*) FILTER (WHERE is_unpriced) AS unpriced, sum(images) AS images, sum(cost_micro) AS cost_micro,
      coalesce(sum(prompt_tokens), 0) AS prompt_tokens, coalesce(sum(completion_tokens), 0) AS completion_tokens,
      coalesce(sum(total_tokens), 0) AS total_tokens, sum(latency_ms) AS latency_ms,
      count(*) FILTER (WHERE cache_hit) AS cache_hits,
      coalesce(sum(prompt_tokens) FILTER (WHERE cache_hit), 0) AS hit_prompt_tokens,
      coalesce(sum(completion_tokens) FILTER (WHERE cache_hit), 0) AS hit_completion_tokens
    FROM fresh GROUP BY 1, 2, 3, 4, 5, 6),
  hours AS (
    INSERT INTO usage_by_hour AS known (starts_at, replica, app_id, backend, model, currency, requests, errors, unpriced,
      images, cost_micro, prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hits, hit_prompt_tokens,
      hit_completion_tokens)
    SELECT hour, $2, app_id, backend, model, currency, requests, errors, unpriced,
      images, cost_micro, prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hits, hit_prompt_tokens,
      hit_completion_tokens
    FROM sums
    ON CONFLICT (starts_at, replica, app_id, backend, model, currency) DO UPDATE SET
      requests = known.requests + excluded.requests, errors = known.errors + excluded.errors,
      unpriced = known.unpriced + excluded.unpriced, images = known.images + excluded.images,
      cost_micro = known.cost_micro + excluded.cost_micro,
      prompt_tokens = known.prompt_tokens + excluded.prompt_tokens,
      completion_tokens = known.completion_tokens + excluded.completion_tokens,
      total_tokens = known.total_tokens + excluded.total_tokens, latency_ms = known.latency_ms + excluded.latency_ms,
      cache_hits = known.cache_hits + excluded.cache_hits,
      hit_prompt_tokens = known.hit_prompt_tokens + excluded.hit_prompt_tokens,
      hit_completion_tokens = known.hit_completion_tokens + excluded.hit_completion_tokens),
  days AS (
    INSERT INTO usage_by_day AS known (starts_at, replica, app_id, backend, model, currency, requests, errors, unpriced,
      images, cost_micro, prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hits, hit_prompt_tokens,
      hit_completion_tokens)
    SELECT day, $2, app_id, backend, model, currency, sum(requests), sum(errors), sum(unpriced),
      sum(images), sum(cost_micro), sum(prompt_tokens), sum(completion_tokens), sum(total_tokens), sum(latency_ms),
      sum(cache_hits), sum(hit_prompt_tokens), sum(hit_completion_tokens)
    FROM sums GROUP BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (starts_at, replica, app_id, backend, model, currency) DO UPDATE SET
      requests = known.requests + excluded.requests, errors = known.errors + excluded.errors,
      unpriced = known.unpriced + excluded.unpriced, images = known.images + excluded.images,
      cost_micro = known.cost_micro + excluded.cost_micro,
      prompt_tokens = known.prompt_tokens + excluded.prompt_tokens,
      completion_tokens = known.completion_tokens + excluded.completion_tokens,
      total_tokens = known.total_tokens + excluded.total_tokens, latency_ms = known.latency_ms + excluded.latency_ms,
      cache_hits = known.cache_hits + excluded.cache_hits,
      hit_prompt_tokens = known.hit_prompt_tokens + excluded.hit_prompt_tokens,
      hit_completion_tokens = known.hit_completion_tokens + excluded.hit_completion_tokens)
  UPDATE sluice_replicas SET shipped_to = $5, seen_at = now()
  FROM me WHERE replica = $2 RETURNING shipped_to`;

/**
 * $1 … $6 the stretch of time (see accounting's `UsageWindow`), $7 an app or NULL, $8 a replica that is left out or NULL,
 * $9 … $13 what to group by, $14 how many lines.
 */
export const sumsSql = `WITH pieces AS (
    SELECT starts_at AS at, replica, app_id, backend, model, currency, requests, errors, unpriced, images, cost_micro,
      prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hits, hit_prompt_tokens, hit_completion_tokens
    FROM usage_by_day
    WHERE starts_at >= to_timestamp($3::numeric / 1000) AND starts_at < to_timestamp($4::numeric / 1000)
    UNION ALL
    SELECT starts_at, replica, app_id, backend, model, currency, requests, errors, unpriced, images, cost_micro,
      prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hits, hit_prompt_tokens, hit_completion_tokens
    FROM usage_by_hour
    WHERE (starts_at >= to_timestamp($2::numeric / 1000) AND starts_at < to_timestamp($3::numeric / 1000))
      OR (starts_at >= to_timestamp($4::numeric / 1000) AND starts_at < to_timestamp($5::numeric / 1000))
    UNION ALL
    SELECT created_at, replica, coalesce(app_id, ''), coalesce(backend, ''), coalesce(model, ''),
      coalesce(currency, ''), 1, (status >= 400)::integer, is_unpriced::integer, images, cost_micro,
      coalesce(prompt_tokens, 0), coalesce(completion_tokens, 0), coalesce(total_tokens, 0), latency_ms,
      cache_hit::integer, CASE WHEN cache_hit THEN coalesce(prompt_tokens, 0) ELSE 0 END,
      CASE WHEN cache_hit THEN coalesce(completion_tokens, 0) ELSE 0 END
    FROM requests
    WHERE (created_at >= to_timestamp($1::numeric / 1000) AND created_at < to_timestamp($2::numeric / 1000))
      OR (created_at >= to_timestamp($5::numeric / 1000) AND created_at < to_timestamp($6::numeric / 1000)))
  SELECT CASE WHEN $9::boolean THEN app_id END AS app, CASE WHEN $10::boolean THEN backend END AS backend,
    CASE WHEN $11::boolean THEN model END AS model,
    CASE WHEN $12::boolean THEN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD') END AS day,
    CASE WHEN $13::boolean THEN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24":00Z"') END AS hour,
    currency, sum(requests) AS requests, sum(errors) AS errors, sum(unpriced) AS unpriced, sum(images) AS images,
    sum(cost_micro) AS cost_micro, sum(prompt_tokens) AS prompt_tokens, sum(completion_tokens) AS completion_tokens,
    sum(total_tokens) AS total_tokens, sum(latency_ms) AS latency_ms, sum(cache_hits) AS cache_hits,
    sum(hit_prompt_tokens) AS hit_prompt_tokens, sum(hit_completion_tokens) AS hit_completion_tokens
  FROM pieces
  WHERE ($7::text IS NULL OR app_id = $7) AND ($8::text IS NULL OR replica <> $8)
  GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 4 DESC NULLS LAST, 5 DESC NULLS LAST, 7 DESC LIMIT $14`;

export const rowsDeletedBeforeSql =
  'SELECT extract(epoch FROM rows_deleted_before) * 1000 AS ms FROM sluice_retention';

/** One replica at a time: whoever does not get the lock has nothing to do. */
export const retentionLockSql = 'SELECT pg_try_advisory_xact_lock($1) AS is_ours';

export const moveRetentionSql = `INSERT INTO sluice_retention (rows_deleted_before)
  VALUES (to_timestamp($1::numeric / 1000))
  ON CONFLICT (is_only) DO UPDATE SET
    rows_deleted_before = greatest(sluice_retention.rows_deleted_before, excluded.rows_deleted_before)`;

export const deleteSomeSql = `DELETE FROM requests WHERE id IN (
    SELECT id FROM requests WHERE created_at < to_timestamp($1::numeric / 1000) ORDER BY created_at LIMIT $2)
  RETURNING id`;
