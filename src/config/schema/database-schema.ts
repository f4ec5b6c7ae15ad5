import Type from 'typebox';
import { amount, count, section, text, textOrNull } from './words.ts';

/** `daemon.database`: SQLite now; PostgreSQL's keys are understood, as are those of mini-apigw. */

const notYetPostgres = { 'x-not-yet': 'the SQLite file is used' };
const postgres = 'For PostgreSQL: ';
export const databaseSchema = section('Where usage is kept: a SQLite file, or PostgreSQL.', {
  path: textOrNull('SQLite file. Default: sluice.db in the state directory.'),
  url: text(`${postgres}postgres://user:password@host/database`, { 'x-secret': true, ...notYetPostgres }),
  host: text(`${postgres}host name or socket directory.`, notYetPostgres),
  port: Type.Optional(
    Type.Integer({ description: `${postgres}port.`, minimum: 1, maximum: 65535, default: 5432 }),
  ),
  database: text(`${postgres}database.`),
  username: text(`${postgres}user.`),
  password: textOrNull(`${postgres}password.`, { 'x-secret': true }),
  ssl_mode: textOrNull(`${postgres}disable, prefer, require, verify-ca, verify-full.`),
  ssl_cert: textOrNull(`${postgres}client certificate file.`),
  ssl_key: textOrNull(`${postgres}client key file.`),
  ssl_ca: textOrNull(`${postgres}certificate authority file.`),
  pool_size: count(`${postgres}connections kept.`),
  max_queries: count(`${postgres}queries per connection before it is replaced.`, { default: 50000 }),
  max_inactive_time: amount(`${postgres}seconds an idle connection is kept.`, { default: 300 }),
  connect_timeout: amount(`${postgres}seconds.`, { default: 10 }),
  command_timeout: amount(`${postgres}seconds.`, { default: 60 }),
});
