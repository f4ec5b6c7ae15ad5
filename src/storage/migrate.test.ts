import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { allMigrations } from './migrations/all-migrations.ts';
import { closeConnection, openConnection, type SqlConnection } from './sqlite-driver.ts';

let directory: string;
let path: string;
let connection: SqlConnection;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-migrate-'));
  path = join(directory, 'a.db');
  connection = openConnection(path);
});
afterEach(() => {
  closeConnection(connection);
  rmSync(directory, { recursive: true });
});

const tables = () =>
  connection
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => row['name']);

const one = { id: '001-one', sql: 'CREATE TABLE one (n INTEGER)' };
const two = { id: '002-two', sql: 'CREATE TABLE two (n INTEGER); CREATE TABLE three (n INTEGER)' };

it('runs each migration once, in order', () => {
  migrate(connection, path, [one]);
  migrate(connection, path, [one, two]);
  migrate(connection, path, [one, two]);
  expect(tables()).toEqual(['one', 'schema_migrations', 'three', 'two']);
});

it('leaves nothing of a migration that breaks off, and completes it the next time', () => {
  const broken = { id: two.id, sql: 'CREATE TABLE two (n INTEGER); CREATE TABLE one (n INTEGER)' };
  expect(() => migrate(connection, path, [one, broken])).toThrow('already exists');
  expect(tables()).toEqual(['one', 'schema_migrations']);
  migrate(connection, path, [one, two]);
  expect(tables()).toContain('three');
});

it('refuses a schema from a newer release in one clear line, and changes nothing', () => {
  migrate(connection, path, [one, { id: '900-from-the-future', sql: 'CREATE TABLE future (n INTEGER)' }]);
  const before = tables();
  expect(() => migrate(connection, path, [one, two])).toThrow(
    /^.*a\.db was written by a newer release of Sluice \(it has 900-from-the-future\): run that release.*$/,
  );
  expect(tables()).toEqual(before);
});

it('lets another open after the refusal', () => {
  const other = join(directory, 'b.db');
  const database = openDatabase(other);
  database.exec("INSERT INTO schema_migrations (id) VALUES ('999-later')");
  database.close();
  expect(() => openDatabase(other)).toThrow('newer release');
  expect(() => openDatabase(other)).toThrow('newer release');
});

it('gives an older ledger what it lacks, and leaves its rows and sums as they are', () => {
  migrate(
    connection,
    path,
    allMigrations.filter(({ id }) => id < '005'),
  );
  connection.exec(`INSERT INTO requests (id, created_at, request_id, operation, is_stream, status, outcome,
      prompt_tokens, is_usage_estimated, images, cost_micro, is_unpriced, latency_ms, started_at)
    VALUES (1, 1, 'old', 'chat', 0, 200, 'complete', 10, 0, 0, 7, 0, 1, 1)`);
  connection.exec("INSERT INTO usage_by_hour VALUES (0, 'demo', '', '', '', 1, 0, 0, 0, 7, 10, 0, 10, 1)");
  migrate(connection, path);
  const rows = connection.prepare('SELECT request_id, cost_micro, cache_hit, key_name FROM requests').all();
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { request_id: 'old', cost_micro: 7, cache_hit: 0, key_name: null },
  ]);
  const sums = connection
    .prepare('SELECT prompt_tokens, cache_hits, hit_prompt_tokens FROM usage_by_hour')
    .all();
  expect(sums.map((row) => ({ ...row }))).toEqual([
    { prompt_tokens: 10, cache_hits: 0, hit_prompt_tokens: 0 },
  ]);
});

it('numbers its migrations without gaps', () => {
  expect(allMigrations.map((migration) => Number(migration.id.slice(0, 3)))).toEqual(
    allMigrations.map((_, index) => index + 1),
  );
});
