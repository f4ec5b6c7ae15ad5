import Type from 'typebox';
import { SECONDS_MAX } from '../seconds.ts';
import { amount, count, orNull, seconds, section, text, textOrNull } from './words.ts';

/** `daemon.database`: the SQLite file there always is, and a PostgreSQL server to which its entries go; as in mini-apigw. */

const postgres = 'For PostgreSQL: ';
const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

export const databaseSchema = section(
  'Where usage is kept: a SQLite file, and a PostgreSQL server besides.',
  {
    path: textOrNull('SQLite file. Default: sluice.db in the state directory.'),
    retention_days: count(
      'Requests older than so many days are deleted; their sums are kept. Not given: nothing is deleted.',
      { maximum: 36_500 },
    ),
    url: text(
      `${postgres}postgres://user:password@host:5432/database. With it or \`host\`, entries go there as well.`,
      { 'x-secret': true },
    ),
    host: text(`${postgres}host name or socket directory.`),
    port: Type.Optional(
      Type.Integer({ description: `${postgres}port.`, minimum: 1, maximum: 65535, default: 5432 }),
    ),
    database: text(`${postgres}database. Default: the name of the user.`),
    username: text(`${postgres}user.`),
    password: textOrNull(`${postgres}password.`, { 'x-secret': true }),
    ssl_mode: Type.Optional(
      orNull(Type.Unsafe<SslMode>({ type: 'string', enum: sslModes }), {
        description: `${postgres}prefer takes TLS if the server has it, require insists; verify-ca looks at who signed the certificate, verify-full at the host name as well.`,
        default: 'prefer',
      }),
    ),
    ssl_cert: textOrNull(`${postgres}client certificate file.`),
    ssl_key: textOrNull(`${postgres}client key file.`),
    ssl_ca: textOrNull(`${postgres}certificate authority file; else those of the system.`),
    pool_size: count(`${postgres}connections at most.`, { maximum: 1_000, default: 4 }),
    max_queries: count(`${postgres}queries per connection before it is replaced.`, { default: 50000 }),
    max_inactive_time: amount(`${postgres}seconds an idle connection is kept; 0 is for ever.`, {
      maximum: SECONDS_MAX,
      default: 300,
    }),
    connect_timeout: seconds(`${postgres}seconds.`, { default: 10 }),
    command_timeout: seconds(`${postgres}seconds.`, { default: 60 }),
  },
);
