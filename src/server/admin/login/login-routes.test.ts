import { type FastifyInstance, fastify, type InjectOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import { openTestHouse, type TestHouse, testToken } from '../../../../test/support/admin-test-house.ts';
import { adminRoutes } from '../admin-routes.ts';

const host = '127.0.0.1:8081';
const HOUR_MS = 60 * 60 * 1_000;

interface Opened {
  readonly house: TestHouse;
  readonly server: FastifyInstance;
}

async function open(): Promise<Opened> {
  const house = openTestHouse();
  const server = fastify();
  await server.register(adminRoutes({ house, listener: { kind: 'admin', boundHosts: [host] } }));
  await server.ready();
  return { house, server };
}

function logIn({ server }: Opened, more: Partial<InjectOptions> = {}, token: unknown = testToken) {
  const headers = { host, ...more.headers };
  return server.inject({ url: '/admin/api/login', ...more, method: 'POST', headers, payload: { token } });
}

/** As a browser would send them from then on. */
async function loggedIn(opened: Opened, more: Partial<InjectOptions> = {}) {
  const answer = await logIn(opened, more);
  expect(answer.statusCode).toBe(200);
  const [cookie = ''] = String(answer.headers['set-cookie']).split(';');
  return { host, cookie, 'x-csrf-token': String(answer.headers['x-csrf-token']) };
}

function ask({ server }: Opened, headers: Record<string, string>, url = '/admin/api/status') {
  return server.inject({ url, headers });
}

function change({ server }: Opened, headers: Record<string, string>, url = '/admin/api/groups/gpu/drain') {
  return server.inject({ method: 'POST', url, headers });
}

describe('the right token', () => {
  test('opens a session that scripts cannot read and other sites cannot use', async () => {
    const opened = await open();
    const answer = await logIn(opened);
    expect(answer.headers['set-cookie']).toMatch(
      /^sluice_admin_8081=[\w-]{43}\.[\w-]{43}; Max-Age=86400; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toEqual({
      logged_in: true,
      until: new Date(opened.house.clock.nowMs() + 24 * HOUR_MS).toISOString(),
      csrf_token: answer.headers['x-csrf-token'],
    });
  });

  test('lets read with the cookie, and change with the CSRF token beside it', async () => {
    const opened = await open();
    const { 'x-csrf-token': csrfToken, ...cookie } = await loggedIn(opened);
    const shown = await ask(opened, cookie);
    expect(shown.statusCode).toBe(200);
    expect(shown.headers['cache-control']).toBe('no-store');
    expect((await change(opened, cookie)).json().error.code).toBe('invalid_csrf_token');
    expect((await change(opened, { ...cookie, 'x-csrf-token': csrfToken })).statusCode).toBe(200);
  });

  test('is good for 24 hours', async () => {
    const opened = await open();
    const headers = await loggedIn(opened);
    opened.house.clock.advance(24 * HOUR_MS - 1);
    expect((await ask(opened, headers)).statusCode).toBe(200);
    opened.house.clock.advance(1);
    const answer = await ask(opened, headers);
    expect(answer.statusCode).toBe(401);
    expect(answer.json().error.code).toBe('session_over');
    expect((await ask(opened, headers, '/admin/api/session')).json().logged_in).toBe(false);
  });

  test('gives a new session each time, and ends the one the browser had', async () => {
    const opened = await open();
    const first = await loggedIn(opened);
    const elsewhere = await loggedIn(opened);
    const second = await loggedIn(opened, { headers: { cookie: first.cookie } });
    expect(second.cookie).not.toBe(first.cookie);
    expect((await ask(opened, first)).statusCode).toBe(401);
    for (const headers of [second, elsewhere]) expect((await ask(opened, headers)).statusCode).toBe(200);
    expect((await change(opened, { ...second, 'x-csrf-token': first['x-csrf-token'] })).statusCode).toBe(403);
  });

  test('does not bless an id that somebody planted', async () => {
    const opened = await open();
    const planted = `sluice_admin_8081=${'A'.repeat(43)}.${'A'.repeat(43)}`;
    const headers = await loggedIn(opened, { headers: { cookie: planted } });
    expect(headers.cookie).not.toBe(planted);
    expect((await ask(opened, { host, cookie: planted })).statusCode).toBe(401);
    // Of two cookies of our name the one that is ours counts.
    expect((await ask(opened, { host, cookie: `${planted}; ${headers.cookie}` })).statusCode).toBe(200);
  });

  test.each([
    ['a proxy we believe says https', '10.9.9.9', 'https', true],
    ['a proxy we believe says http', '10.9.9.9', 'http', false],
    ['anybody says https', '192.0.2.7', 'https', false],
  ])('where %s', async (_what, remoteAddress, scheme, isSecure) => {
    const headers = { 'x-forwarded-for': '192.0.2.9', 'x-forwarded-proto': scheme };
    const answer = await logIn(await open(), { remoteAddress, headers });
    expect(String(answer.headers['set-cookie']).endsWith('; Secure')).toBe(isSecure);
  });
});

describe('the way out', () => {
  test('ends the session for whoever has a copy of its cookie', async () => {
    const opened = await open();
    const headers = await loggedIn(opened);
    expect((await change(opened, { ...headers, 'x-csrf-token': '' }, '/admin/api/logout')).statusCode).toBe(
      403,
    );
    const answer = await change(opened, headers, '/admin/api/logout');
    expect(answer.json()).toEqual({ logged_in: false, until: null, csrf_token: null });
    expect(answer.headers['set-cookie']).toContain('sluice_admin_8081=; Max-Age=0;');
    expect((await ask(opened, headers)).statusCode).toBe(401);
  });

  test('is another admin token, also when the old one comes back', async () => {
    const opened = await open();
    const headers = await loggedIn(opened);
    const { tokenHash } = opened.house.config().daemon.admin;
    opened.house.changeToken('c'.repeat(64));
    expect((await ask(opened, headers)).json().error.code).toBe('session_over');
    opened.house.changeToken(tokenHash);
    expect((await ask(opened, headers)).json().error.code).toBe('session_over');
    opened.house.changeToken(undefined);
    expect((await logIn(opened)).json().error.code).toBe('no_admin_token');
  });
});

describe('a page that is reloaded', () => {
  test('learns the CSRF token again', async () => {
    const opened = await open();
    const { 'x-csrf-token': csrfToken, ...cookie } = await loggedIn(opened);
    const answer = await ask(opened, cookie, '/admin/api/session');
    expect(answer.json()).toMatchObject({ logged_in: true, csrf_token: csrfToken });
    expect(answer.headers['x-csrf-token']).toBe(csrfToken);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('learns that nobody is logged in, from anywhere and also with the admin token', async () => {
    const opened = await open();
    const nobody = { logged_in: false, until: null, csrf_token: null };
    expect((await ask(opened, { host }, '/admin/api/session')).json()).toEqual(nobody);
    const bearer = { host, authorization: `Bearer ${testToken}` };
    expect((await ask(opened, bearer, '/admin/api/session')).json()).toEqual(nobody);
  });
});

describe('who guesses', () => {
  test('is refused, and after five wrong tokens not even listened to', async () => {
    const opened = await open();
    for (let time = 0; time < 5; time++) {
      const answer = await logIn(opened, {}, `wrong-${time}`);
      expect(answer.statusCode).toBe(401);
      expect(answer.json().error.code).toBe('invalid_token');
      expect(answer.headers['www-authenticate']).toContain('Bearer');
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    const answer = await logIn(opened);
    expect(answer.statusCode).toBe(429);
    expect(answer.json().error.code).toBe('rate_limited');
    expect(answer.headers['retry-after']).toBe('60');
    await loggedIn(opened, { remoteAddress: '192.0.2.7' });
    opened.house.clock.advance(60_000);
    await loggedIn(opened);
  });

  test('is told apart by what believed proxies say, and by nothing else', async () => {
    const opened = await open();
    const forwarded = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    for (let time = 0; time < 5; time++) {
      await logIn(opened, { remoteAddress: '10.9.9.9', ...forwarded('192.0.2.1') }, 'wrong');
      await logIn(opened, { remoteAddress: '192.0.2.66', ...forwarded(`192.0.2.${time}`) }, 'wrong');
    }
    const believed = await logIn(opened, { remoteAddress: '10.9.9.9', ...forwarded('192.0.2.1') });
    expect(believed.statusCode).toBe(429);
    const liar = await logIn(opened, { remoteAddress: '192.0.2.66', ...forwarded('192.0.2.77') });
    expect(liar.statusCode).toBe(429);
    await loggedIn(opened, { remoteAddress: '10.9.9.9', ...forwarded('192.0.2.2') });
  });

  test.each([[undefined], [''], [17], [null], [['test-admin-token']]])(
    'with %j for a token has not guessed',
    async (token) => {
      const opened = await open();
      for (let time = 0; time < 6; time++) {
        expect((await logIn(opened, {}, token ?? null)).json().error.code).toBe('missing_token');
      }
      await loggedIn(opened);
    },
  );

  test('does not come in with the hash of the token', async () => {
    const opened = await open();
    const hash = String(opened.house.config().daemon.admin.tokenHash);
    for (const token of [hash, `sha256:${hash}`]) {
      expect((await logIn(opened, {}, token)).statusCode).toBe(401);
    }
  });
});

test.each([
  ['a form', 'application/x-www-form-urlencoded', `token=${testToken}`, 415],
  ['JSON that says it is text', 'text/plain', JSON.stringify({ token: testToken }), 415],
  ['broken JSON', 'application/json', `{"token":"${testToken}`, 400],
  ['a body without end', 'application/json', JSON.stringify({ token: 'x'.repeat(5_000) }), 413],
])('%s logs nobody in', async (_what, type, payload, status) => {
  const { server } = await open();
  const headers = { host, 'content-type': type };
  const answer = await server.inject({ method: 'POST', url: '/admin/api/login', headers, payload });
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['set-cookie']).toBeUndefined();
  expect(answer.json().error.message).not.toContain(testToken);
});

test('the log tells who came, who was refused, who left and what was changed, and no secret', async () => {
  const opened = await open();
  await logIn(opened, { remoteAddress: '192.0.2.7' }, 'a-wrong-token');
  const headers = await loggedIn(opened);
  await ask(opened, headers);
  await change(opened, headers, '/admin/api/groups/gpu/drain?x=1');
  await change(opened, { host, authorization: `Bearer ${testToken}` }, '/admin/api/groups/gpu/resume');
  await change(opened, { host }, '/admin/reload');
  await change(opened, { host }, '/admin/api/groups/gpu/resume');
  await change(opened, headers, '/admin/api/logout');
  const { logged } = opened.house;
  const address = '127.0.0.1';
  const order = { message: 'an order was given', method: 'POST' };
  expect(logged.map((line) => JSON.parse(line))).toEqual([
    { message: 'a login was refused: not the admin token', address: '192.0.2.7' },
    { message: 'an operator logged in', address },
    { ...order, path: '/admin/api/groups/gpu/drain', status: 200, address, by: 'session' },
    { ...order, path: '/admin/api/groups/gpu/resume', status: 200, address, by: 'token' },
    { ...order, path: '/admin/reload', status: 200, address, by: 'address' },
    { message: 'an operator logged out', address },
    { ...order, path: '/admin/api/logout', status: 200, address, by: 'session' },
  ]);
  for (const secret of [testToken, 'a-wrong-token', headers.cookie.split('=')[1], headers['x-csrf-token']]) {
    expect(logged.join()).not.toContain(secret);
  }
});
