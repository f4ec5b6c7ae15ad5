/** Connections to a real PostgreSQL: TLS in all its modes, servers that are gone or hang, and connections that wear out. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import type { PostgresPlace } from '../../src/storage/postgres/postgres-place.ts';
import { PostgresPool } from '../../src/storage/postgres/postgres-pool.ts';
import { type Certificate, selfSignedCertificate } from '../support/certificate.ts';
import { freePort } from '../support/free-ports.ts';
import { type RunningPostgres, startPostgres, type TestDatabase } from '../support/postgres.ts';
import { placeOf } from '../support/postgres-place.ts';

let certificate: Certificate;
let stranger: Certificate;
let withTls: RunningPostgres;
let without: RunningPostgres;
let databaseWithTls: TestDatabase;
let databaseWithout: TestDatabase;
let open: PostgresPool[] = [];

beforeAll(async () => {
  certificate = selfSignedCertificate({ hosts: ['localhost'] });
  stranger = selfSignedCertificate();
  [withTls, without] = await Promise.all([startPostgres({ tls: certificate }), startPostgres()]);
  [databaseWithTls, databaseWithout] = await Promise.all([withTls.newDatabase(), without.newDatabase()]);
});
afterEach(async () => {
  await Promise.all(open.map((pool) => pool.close()));
  open = [];
});
afterAll(() => Promise.all([withTls?.stop(), without?.stop()]));

function poolAt(server: 'with TLS' | 'without', more: Partial<PostgresPlace>): PostgresPool {
  const place =
    server === 'with TLS' ? placeOf(databaseWithTls, withTls, more) : placeOf(databaseWithout, without, more);
  const pool = new PostgresPool(place);
  open.push(pool);
  return pool;
}

const isEncrypted = async (pool: PostgresPool) =>
  pool.use(async (query) => {
    const [row] = await query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    return row?.['ssl'];
  });

describe('TLS', () => {
  const modes = {
    disable: [false, false],
    prefer: [true, false],
    require: [true, 'has no TLS'],
  } as const;
  for (const [sslMode, [there, elsewhere]] of Object.entries(modes)) {
    const mode = { sslMode: sslMode as keyof typeof modes };
    it(`in mode ${sslMode} is as the server has it, or refused`, async () => {
      expect(await isEncrypted(poolAt('with TLS', mode))).toBe(there);
      const answer = isEncrypted(poolAt('without', mode));
      if (typeof elsewhere === 'string') await expect(answer).rejects.toThrow(elsewhere);
      else expect(await answer).toBe(elsewhere);
    });
  }

  it('is verified against the authority that was named', async () => {
    const sslCa = certificate.certFile;
    expect(await isEncrypted(poolAt('with TLS', { sslMode: 'verify-full', sslCa, host: 'localhost' }))).toBe(
      true,
    );
    for (const sslMode of ['require', 'verify-ca', 'verify-full'] as const) {
      const wrong = isEncrypted(poolAt('with TLS', { sslMode, sslCa: stranger.certFile, host: 'localhost' }));
      await expect(wrong).rejects.toMatchObject({
        trouble: 'refused',
        message: expect.stringContaining('the certificate of PostgreSQL is not good'),
      });
    }
    await expect(
      isEncrypted(poolAt('with TLS', { sslMode: 'verify-full', host: 'localhost' })),
    ).rejects.toThrow(/certificate of PostgreSQL is not good/);
  });

  it('that is for another host will do for verify-ca, and not for verify-full', async () => {
    const sslCa = certificate.certFile;
    expect(await isEncrypted(poolAt('with TLS', { sslMode: 'verify-ca', sslCa, host: '127.0.0.1' }))).toBe(
      true,
    );
    await expect(
      isEncrypted(poolAt('with TLS', { sslMode: 'verify-full', sslCa, host: '127.0.0.1' })),
    ).rejects.toThrow(/ERR_TLS_CERT_ALTNAME_INVALID/);
  });
});

describe('a server', () => {
  it('that is not there, knows no such database or password, says so in a sentence without its address', async () => {
    const port = await freePort();
    const cases: readonly (readonly [Partial<PostgresPlace>, string, RegExp])[] = [
      [{ port }, 'unreachable', /nothing listens at "database.host"/],
      [{ host: '/nowhere' }, 'unreachable', /no socket of PostgreSQL at "database.host"/],
      [{ database: 'nothing' }, 'refused', /the database does not exist; create it/],
      [{ password: new Secret('wrong-one') }, 'refused', /does not accept the password/],
    ];
    for (const [more, trouble, message] of cases) {
      const failure = await isEncrypted(poolAt('without', more)).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ trouble, message: expect.stringMatching(message) });
      expect(String(failure)).not.toMatch(/127\.0\.0\.1|wrong-one/);
    }
  });

  it('that hangs costs the timeout and no more, and what it was asked then is not asked on that connection again', async () => {
    const pool = poolAt('without', { commandTimeoutMs: 300, connectTimeoutMs: 300 });
    await isEncrypted(pool);
    without.signal('SIGSTOP');
    try {
      const began = performance.now();
      await expect(isEncrypted(pool)).rejects.toMatchObject({ trouble: 'unreachable' });
      await expect(isEncrypted(pool)).rejects.toMatchObject({ trouble: 'unreachable' });
      expect(performance.now() - began).toBeLessThan(2_000);
    } finally {
      without.signal('SIGCONT');
    }
    expect(await isEncrypted(pool)).toBe(false);
  });

  it('that hangs does not keep a pool from closing', async () => {
    const pool = poolAt('without', { commandTimeoutMs: 30_000, connectTimeoutMs: 30_000 });
    await isEncrypted(pool);
    without.signal('SIGSTOP');
    try {
      const asked = [isEncrypted(pool), isEncrypted(pool)].map((answer) => answer.catch(() => 'broken off'));
      await new Promise((resolve) => setTimeout(resolve, 100));
      const began = performance.now();
      await pool.close();
      expect(await Promise.all(asked)).toEqual(['broken off', 'broken off']);
      expect(performance.now() - began).toBeLessThan(1_000);
    } finally {
      without.signal('SIGCONT');
    }
  });

  it('that was killed and started again is found again', async () => {
    const pool = poolAt('without', {});
    await isEncrypted(pool);
    await without.kill9();
    await expect(isEncrypted(pool)).rejects.toMatchObject({ trouble: 'unreachable' });
    await without.startAgain();
    expect(await isEncrypted(pool)).toBe(false);
  });
});

it('a connection is replaced after as many queries as were allowed', async () => {
  const pool = poolAt('without', { queriesMax: 3 });
  const pids: unknown[] = [];
  for (let turn = 0; turn < 7; turn += 1) {
    pids.push(await pool.use(async (query) => (await query('SELECT pg_backend_pid() AS pid'))[0]?.['pid']));
  }
  expect(new Set(pids).size).toBe(3);
  expect(new Set(pids.slice(0, 3)).size).toBe(1);
});

it('an idle connection is closed in time', async () => {
  const pool = poolAt('without', { idleMs: 100 });
  const pidOf = async () =>
    pool.use(async (query) => (await query('SELECT pg_backend_pid() AS pid'))[0]?.['pid']);
  const first = await pidOf();
  expect(await pidOf()).toBe(first);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await pidOf()).not.toBe(first);
});
