/** Apps that are made while the gateway runs: keys that open at once and close at once, upstream keys nobody can read. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let upstream: FakeUpstream;
let gateways: RunningGateway[] = [];

beforeAll(async () => {
  upstream = await startFakeUpstream();
});
afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  gateways = [];
});
afterAll(() => upstream?.close());

const UPSTREAM_KEY = 'sk-of-the-cloud-and-nobody-else';
const MASTER_KEY = 'a-master-key-of-the-test-and-of-nothing-else';

const config = {
  apps: [{ app_id: 'filed', api_keys: ['sk-of-the-file'] }],
  backends: [{ type: 'echo', name: 'echo' }],
};

async function start(env: Record<string, string> = {}): Promise<RunningGateway> {
  const gateway = await startGateway({ config, env });
  gateways.push(gateway);
  return gateway;
}

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the wire is what is looked at here
  readonly body: any;
}

async function admin(gateway: RunningGateway, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${gateway.adminUrl}/admin/api/apps${path}`, {
    method,
    headers: {
      authorization: `Bearer ${gateway.adminToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(15_000),
  });
  return { status: answer.status, body: await answer.json() };
}

async function ask(
  gateway: RunningGateway,
  key: string | undefined,
  model = 'echo',
  more: object = {},
): Promise<Answer> {
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }], ...more }),
    signal: AbortSignal.timeout(15_000),
  });
  return { status: answer.status, body: await answer.json() };
}

const ownBackend = () => ({
  ...{ type: 'openai-compatible', base_url: `${upstream.url}/v1`, api_key: UPSTREAM_KEY },
  supports: { chat: ['m*'] },
});

/** Every byte the gateway has written anywhere below its home. */
function everythingWritten(gateway: RunningGateway): string {
  const files = readdirSync(gateway.folder.root, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
  return [...texts, ...gateway.stderrLines, ...gateway.stdoutLines].join('\n');
}

const keyFile = (gateway: RunningGateway) => `${gateway.folder.databaseFile}.key`;

describe('an app that is made over the admin API', () => {
  it('has a key that is told once and opens at once, also after a restart', async () => {
    const gateway = await start();
    const made = await admin(gateway, 'POST', '', {
      app_id: 'anna',
      name: 'Anna',
      key: { prefix: 'gm_', name: 'spring' },
    });
    expect(made.status).toBe(201);
    expect(made.body.key).toMatch(/^gm_[\w-]{49}$/);
    expect(made.body.app).toMatchObject({ app_id: 'anna', origin: 'database', in_force: true, revision: 1 });
    expect(made.body.app.keys).toMatchObject([{ name: 'spring', expires_at: null }]);
    expect((await ask(gateway, made.body.key)).status).toBe(200);
    expect(everythingWritten(gateway)).not.toContain(made.body.key);

    await gateway.stop();
    await gateway.startAgain();
    expect((await ask(gateway, made.body.key)).status).toBe(200);
    const { body } = await admin(gateway, 'GET', '');
    expect(body.apps.map(({ app_id, origin }: Record<string, string>) => [app_id, origin])).toEqual([
      ['filed', 'files'],
      ['anna', 'database'],
    ]);
    expect(JSON.stringify(body)).not.toContain(made.body.key);
    expect(body.apps[1].last_seen_at).toMatch(/^20/);
  });

  it('is changed member by member, and the next request feels it', async () => {
    const gateway = await start();
    const { body } = await admin(gateway, 'POST', '', { app_id: 'anna', policy: { allow: ['echo'] } });
    expect((await admin(gateway, 'PATCH', '/anna', { policy: { deny: ['echo'] } })).body).toMatchObject({
      allow: ['echo'],
      deny: ['echo'],
      revision: 2,
    });
    expect((await ask(gateway, body.key)).status).toBe(403);
    await admin(gateway, 'PATCH', '/anna', { policy: null, active: false });
    expect((await ask(gateway, body.key)).body.error.code).toBe('app_inactive');
    await admin(gateway, 'PATCH', '/anna', { active: true });
    expect((await ask(gateway, body.key)).status).toBe(200);
  });

  it('is gone when it is deleted, with its keys', async () => {
    const gateway = await start();
    const { body } = await admin(gateway, 'POST', '', { app_id: 'anna' });
    expect((await admin(gateway, 'DELETE', '/anna?revision=9')).body.error.code).toBe('changed_meanwhile');
    expect(await admin(gateway, 'DELETE', '/anna')).toEqual({
      status: 200,
      body: { status: 'deleted', app_id: 'anna' },
    });
    expect((await ask(gateway, body.key)).status).toBe(401);
    expect((await admin(gateway, 'GET', '/anna')).status).toBe(404);
  });

  it('is not given the kept answers of one that had its name before', async () => {
    const gateway = await start();
    const anna = { app_id: 'anna', cache: { enabled: true }, backend: ownBackend() };
    const askTwice = async () => {
      const { body } = await admin(gateway, 'POST', '', anna);
      const before = upstream.journal.work.length;
      for (const _ of [1, 2]) await ask(gateway, body.key, 'm!words=2', { temperature: 0 });
      await admin(gateway, 'DELETE', '/anna');
      return upstream.journal.work.length - before;
    };
    expect(await askTwice()).toBe(1);
    expect(await askTwice()).toBe(1);
  });

  it('gets new keys beside the old, which end when they are told to', async () => {
    const gateway = await start();
    const { body: made } = await admin(gateway, 'POST', '', { app_id: 'anna' });
    const beside = await admin(gateway, 'POST', '/anna/keys', { name: 'summer', end_others_after_s: 3600 });
    expect(beside.status).toBe(201);
    for (const key of [made.key, beside.body.key]) expect((await ask(gateway, key)).status).toBe(200);
    const [old] = beside.body.app.keys;
    expect(Date.parse(old.expires_at) - Date.now()).toBeLessThanOrEqual(3_600_000);

    const alone = await admin(gateway, 'POST', '/anna/keys', { end_others_after_s: 0 });
    expect(alone.body.app.keys).toHaveLength(1);
    for (const key of [made.key, beside.body.key]) expect((await ask(gateway, key)).status).toBe(401);
    const revoked = await admin(gateway, 'DELETE', `/anna/keys/${alone.body.key_id}`);
    expect(revoked.body.keys).toEqual([]);
    expect((await ask(gateway, alone.body.key)).status).toBe(401);
  });

  it('does not leave the gateway open to all when the last key of all is deleted', async () => {
    const gateway = await startGateway({ config: { ...config, apps: { apps: [] } } });
    gateways.push(gateway);
    expect((await ask(gateway, undefined)).status).toBe(200);
    const { body } = await admin(gateway, 'POST', '', { app_id: 'anna' });
    expect((await ask(gateway, undefined)).status).toBe(401);
    await admin(gateway, 'DELETE', `/anna/keys/${body.app.keys[0].key_id}`);
    expect((await ask(gateway, undefined)).status).toBe(401);
  });
});

const nested = (levels: number): object => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);

const sealedElsewhere = { type: 'openai', api_key: `sealed:1:00000000:${'A'.repeat(16)}:${'A'.repeat(43)}` };

describe('what cannot be', () => {
  const refusals: readonly [
    name: string,
    method: string,
    path: string,
    body: unknown,
    status: number,
    code: string,
  ][] = [
    ['an app of the files', 'PATCH', '/filed', { active: false }, 409, 'app_of_files'],
    ['a second app of one name', 'POST', '', { app_id: 'filed' }, 409, 'app_of_files'],
    ['no name', 'POST', '', { name: 'x' }, 422, 'invalid_app'],
    ['a member nobody knows', 'POST', '', { app_id: 'anna', quotas: {} }, 422, 'invalid_app'],
    ['a file to write', 'POST', '', { app_id: 'anna', trace: { file: '/x' } }, 422, 'invalid_app'],
    ['a key of another', 'POST', '', { app_id: 'anna', api_keys: ['sk-of-the-file'] }, 409, 'key_taken'],
    ['an odd key', 'POST', '', { app_id: 'anna', key: { prefix: 'a b' } }, 422, 'invalid_key_wish'],
    ['no app at all', 'POST', '', [1], 400, 'invalid_request'],
    ['a reference as a key', 'POST', '', { app_id: 'anna', api_keys: ['file:/key'] }, 422, 'invalid_app'],
    ['half a hash as a key', 'POST', '', { app_id: 'anna', api_keys: ['sha256:ab'] }, 422, 'invalid_app'],
    ['a key nobody can send', 'POST', '', { app_id: 'anna', api_keys: [' ü '] }, 422, 'invalid_app'],
    ['a name that is no text', 'POST', '', { app_id: 'anna', key: { name: 7 } }, 422, 'invalid_key_wish'],
    ['no revision', 'PATCH', '/filed', { revision: '1' }, 422, 'invalid_change'],
    ['far too much', 'POST', '', { app_id: 'anna', metadata: nested(1000) }, 422, 'invalid_app'],
    ['far too much of a change', 'PATCH', '/filed', { metadata: nested(1000) }, 422, 'invalid_app'],
    [
      'a secret sealed elsewhere',
      'POST',
      '',
      { app_id: 'anna', backend: sealedElsewhere },
      422,
      'invalid_app',
    ],
    ['an app that is not there', 'PATCH', '/bert', {}, 404, 'not_found'],
  ];

  it('is refused with what is wrong, and changes nothing', async () => {
    const gateway = await start();
    for (const [name, method, path, body, status, code] of refusals) {
      const answer = await admin(gateway, method, path, body);
      expect([name, answer.status, answer.body.error.code]).toEqual([name, status, code]);
    }
    const invalid = await admin(gateway, 'POST', '', { app_id: 'anna', quotas: {}, priority: 77 });
    expect(invalid.body.error.complaints.map(({ key }: { key: string }) => key)).toEqual([
      'anna.quotas',
      'anna.priority',
    ]);
    expect((await admin(gateway, 'GET', '')).body.apps).toHaveLength(1);
  });

  it('needs the admin token, and is not taken from a page of another site', async () => {
    const gateway = await start();
    const url = `${gateway.adminUrl}/admin/api/apps`;
    const init = { method: 'POST', body: '{"app_id":"anna"}' };
    const json = { 'content-type': 'application/json' };
    expect((await fetch(url, { ...init, headers: json })).status).toBe(401);
    const crossSite = {
      ...json,
      authorization: `Bearer ${gateway.adminToken}`,
      origin: 'https://evil.example',
    };
    expect((await fetch(url, { ...init, headers: crossSite })).status).toBe(403);
  });

  it('is said in words one understands where the header is missing that curl does not send by itself', async () => {
    const gateway = await start();
    const answer = await fetch(`${gateway.adminUrl}/admin/api/apps`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${gateway.adminToken}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: '{"app_id":"anna"}',
    });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({
      error: { message: expect.stringContaining('"Content-Type: application/json"') },
    });
  });

  it('is not done twice by two who do not know of one another', async () => {
    const gateway = await start();
    await admin(gateway, 'POST', '', { app_id: 'anna' });
    const both = await Promise.all(
      ['one', 'two'].map((name) => admin(gateway, 'PATCH', '/anna', { name, revision: 1 })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('an upstream key in the database', () => {
  it('reaches its backend and nobody else: not the disk, the log, the admin API', async () => {
    const gateway = await start();
    const { body } = await admin(gateway, 'POST', '', { app_id: 'anna', backend: ownBackend() });
    expect((await ask(gateway, body.key, 'm!words=2')).status).toBe(200);
    expect(upstream.journal.entries.at(-1)?.headers['authorization']).toBe(`Bearer ${UPSTREAM_KEY}`);
    expect(body.app.entry.backend.api_key).toBe('***');
    const shown = await admin(gateway, 'GET', '/anna');
    expect(JSON.stringify(shown.body)).not.toContain(UPSTREAM_KEY);
    await gateway.stop();
    expect(everythingWritten(gateway)).not.toContain(UPSTREAM_KEY);
    expect(everythingWritten(gateway)).toContain('sealed:1:');
    expect(statSync(keyFile(gateway)).mode & 0o777).toBe(0o600);
  });

  it('stays what it is when other members change, and is another when it changes', async () => {
    const gateway = await start();
    const { body } = await admin(gateway, 'POST', '', { app_id: 'anna', backend: ownBackend() });
    await admin(gateway, 'PATCH', '/anna', { name: 'Anna', backend: { weight: 2 } });
    await ask(gateway, body.key, 'm!words=2');
    expect(upstream.journal.entries.at(-1)?.headers['authorization']).toBe(`Bearer ${UPSTREAM_KEY}`);
    const shown = await admin(gateway, 'PATCH', '/anna', { backend: { api_key: '***' } });
    expect(shown.body.error.code).toBe('invalid_app');
    await admin(gateway, 'PATCH', '/anna', { backend: { api_key: 'sk-another' } });
    await ask(gateway, body.key, 'm!words=2');
    expect(upstream.journal.entries.at(-1)?.headers['authorization']).toBe('Bearer sk-another');
  });

  it('is not sent to an address that it was not given for', async () => {
    const gateway = await start();
    const { body } = await admin(gateway, 'POST', '', { app_id: 'anna', backend: ownBackend() });
    const elsewhere = `${upstream.url}/elsewhere`;
    for (const backend of [{ base_url: elsewhere }, { type: 'vllm' }, { tls: { insecure: true } }]) {
      const refused = await admin(gateway, 'PATCH', '/anna', { backend });
      expect([refused.status, refused.body.error.complaints[0].key]).toEqual([422, 'anna.backend.api_key']);
    }
    const moved = { base_url: elsewhere, api_key: 'sk-of-elsewhere' };
    expect((await admin(gateway, 'PATCH', '/anna', { backend: moved })).status).toBe(200);
    await ask(gateway, body.key, 'm!words=2');
    const sent = upstream.journal.entries.filter(({ path }) => path.startsWith('/elsewhere'));
    expect(JSON.stringify(sent)).not.toContain(UPSTREAM_KEY);
  });

  it('is useless without its master key: the app is switched off, and it is said why', async () => {
    const gateway = await start();
    const { body } = await admin(gateway, 'POST', '', { app_id: 'anna', backend: ownBackend() });
    await gateway.stop();
    rmSync(keyFile(gateway));
    await gateway.startAgain();
    expect((await ask(gateway, body.key, 'm!words=2')).body.error.code).toBe('app_inactive');
    const shown = await admin(gateway, 'GET', '/anna');
    expect(shown.body).toMatchObject({
      in_force: false,
      complaints: [{ severity: 'error', file: 'database' }],
    });
    expect(shown.body.complaints[0].message).toContain('SLUICE_MASTER_KEY');
    // The way out: the key once more, sealed under what is here now.
    expect(
      (await admin(gateway, 'PATCH', '/anna', { backend: { api_key: UPSTREAM_KEY } })).body.in_force,
    ).toBe(true);
    expect((await ask(gateway, body.key, 'm!words=2')).status).toBe(200);
  });

  it('is not opened with a master key that others may read', async () => {
    const gateway = await start();
    await admin(gateway, 'POST', '', { app_id: 'anna', backend: ownBackend() });
    await gateway.stop();
    const key = readFileSync(keyFile(gateway));
    rmSync(keyFile(gateway));
    writeFileSync(keyFile(gateway), key, { mode: 0o644 });
    await gateway.startAgain();
    expect((await admin(gateway, 'GET', '/anna')).body.in_force).toBe(false);
    expect(gateway.stderrLines.join('\n')).toContain('chmod 600');
  });

  it('is sealed anew when the master key is changed, and the old one may go then', async () => {
    const first = await start({ SLUICE_MASTER_KEY: MASTER_KEY });
    const { body } = await admin(first, 'POST', '', { app_id: 'anna', backend: ownBackend() });
    await first.stop();
    const again = async (masterKeys: string) => {
      const gateway = await startGateway({
        dir: first.folder.configDir,
        env: { SLUICE_MASTER_KEY: masterKeys, XDG_STATE_HOME: dirname(dirname(first.folder.databaseFile)) },
      });
      gateways.push(gateway);
      expect((await ask(gateway, body.key, 'm!words=2')).status).toBe(200);
      await gateway.stop();
    };
    await again(`${MASTER_KEY}-new, ${MASTER_KEY}`);
    await again(`${MASTER_KEY}-new`);
  });
});
