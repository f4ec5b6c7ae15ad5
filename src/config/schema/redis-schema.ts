import Type from 'typebox';
import { choice, list, section, text, textOrNull } from './words.ts';

/** `daemon.redis`: where replicas count together. */

export const redisSchema = section('Valkey or Redis, shared by several replicas.', {
  url: text(
    'redis:// or rediss:// (TLS), with a database number if others use that server. By it replicas share the cards of sequence groups, rate limits, quotas, budgets and, with `cache.enabled`, answers. With `sentinels` its host is the name of the primary.',
    { 'x-secret': true, pattern: '^rediss?://', 'x-hint': 'a URL such as redis://127.0.0.1:6379/0' },
  ),
  tls: Type.Optional(
    section('For rediss://.', {
      ca_file: textOrNull('PEM file of the authority that signs for the servers; else those of the system.'),
      cert_file: textOrNull('PEM file of a certificate to show, where the server wants one.'),
      key_file: textOrNull('PEM file of its key.'),
    }),
  ),
  sentinels: list(
    'host:port of Redis Sentinels, which say where the primary is; 26379 if no port is given.',
    {
      default: [],
    },
  ),
  sentinel_username: text('User at the Sentinels, where they want one.'),
  sentinel_password: text('Password at the Sentinels, where they want one.', { 'x-secret': true }),
  on_store_loss: choice(
    ['local', 'fail_closed'],
    'While it cannot be reached. local: each replica counts for itself. fail_closed: who has a limit is answered 503, and a daemon does not start. What happens to cards is said by each sequence group.',
    { default: 'local' },
  ),
});
