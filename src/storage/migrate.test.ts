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

it('numbers its migrations without gaps', () => {
  expect(allMigrations.map((migration) => Number(migration.id.slice(0, 3)))).toEqual(
    allMigrations.map((_, index) => index + 1),
  );
});
