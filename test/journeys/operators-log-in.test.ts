/** An operator logs in with the admin token, works with a session, and is out when he, a restart or a new token says so. */
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { runToEnd } from '../support/run-to-end.ts';
import { waitFor } from '../support/wait-for.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const config = { backends: [{ type: 'echo', name: 'echo' }] };
let gateways: RunningGateway[] = [];

afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  gateways = [];
});

async function start(daemon: Record<string, unknown> = {}): Promise<RunningGateway> {
  const gateway = await startGateway({ config: { ...config, daemon } });
  gateways.push(gateway);
  return gateway;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the wire is what is looked at here
  readonly body: any;
}

async function ask(
  gateway: RunningGateway,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Answer> {
  const answer = await fetch(`${gateway.adminUrl}/admin/api${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(15_000),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const logIn = (gateway: RunningGateway, token = gateway.adminToken) =>
  ask(gateway, 'POST', '/login', {}, { token });

/** The cookie, and what changes need beside it. */
async function loggedIn(gateway: RunningGateway) {
  const { status, headers } = await logIn(gateway);
  expect(status).toBe(200);
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
  return { cookie, 'x-csrf-token': headers.get('x-csrf-token') ?? '' };
}

const said = (gateway: RunningGateway, what: string) =>
  gateway.stderrLines.filter((line) => line.includes(what));

const makeAnna = (gateway: RunningGateway, headers: Record<string, string>) =>
  ask(gateway, 'POST', '/apps', headers, { app_id: 'anna' });

describe('an operator who logs in', () => {
  it('reads with his cookie, and changes with the CSRF token beside it, until he logs out', async () => {
    const gateway = await start();
    const headers = await loggedIn(gateway);
    const { cookie } = headers;
    expect((await ask(gateway, 'GET', '/status', { cookie })).body.status).toBe('running');
    expect((await makeAnna(gateway, { cookie })).body.error.code).toBe('invalid_csrf_token');
    expect((await makeAnna(gateway, headers)).status).toBe(201);
    expect((await ask(gateway, 'POST', '/logout', headers)).body.logged_in).toBe(false);
    expect((await ask(gateway, 'GET', '/status', { cookie })).body.error.code).toBe('session_over');
    await waitFor('the log to tell of the logout', () => said(gateway, 'an operator logged out').length > 0);
    expect(said(gateway, 'an operator logged in')).toHaveLength(1);
    expect(
      said(gateway, '"path":"/admin/api/apps","status":201,"address":"127.0.0.1","by":"session"'),
    ).toHaveLength(1);
    const lines = gateway.stderrLines.join('\n');
    for (const secret of [gateway.adminToken, cookie.split('=')[1], headers['x-csrf-token']]) {
      expect(lines).not.toContain(secret);
    }
  });

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ])('is not used by %s, even one that knew the CSRF token', async (_what, more) => {
    const gateway = await start();
    const headers = { ...(await loggedIn(gateway)), ...more };
    expect((await makeAnna(gateway, headers)).body.error.code).toBe('cross_site_refused');
    expect((await ask(gateway, 'POST', '/login', more, {})).body.error.code).toBe('cross_site_refused');
  });

  it('is out when the configuration has another token, and the old token opens nothing', async () => {
    const gateway = await start();
    const headers = await loggedIn(gateway);
    expect((await gateway.reload(config)).status).toBe(200);
    expect((await ask(gateway, 'GET', '/status', headers)).status).toBe(200);

    const { stdout } = await runToEnd(process.execPath, [MAIN, 'token', '--hash']);
    const [nextToken = '', hash = ''] = stdout.trim().split('\n');
    const changed = { ...config, daemon: { admin: { token_hash: hash } } };
    expect((await gateway.reload(changed)).status).toBe(200);
    expect((await ask(gateway, 'GET', '/status', headers)).body.error.code).toBe('session_over');
    expect((await logIn(gateway)).body.error.code).toBe('invalid_token');
    expect((await logIn(gateway, nextToken)).status).toBe(200);

    expect((await gateway.reload(config)).status).toBe(200);
    expect((await ask(gateway, 'GET', '/status', headers)).body.error.code).toBe('session_over');
  });

  it('is out after a restart', async () => {
    const gateway = await start();
    const headers = await loggedIn(gateway);
    await gateway.stop();
    await gateway.startAgain();
    expect((await ask(gateway, 'GET', '/status', headers)).body.error.code).toBe('session_over');
    expect((await ask(gateway, 'GET', '/session', headers)).body.logged_in).toBe(false);
    await loggedIn(gateway);
  });
});

it('six wrong tokens, also at once: the sixth is not looked at, and the log has none of them', async () => {
  const gateway = await start();
  const guesses = Array.from({ length: 12 }, (_, at) => logIn(gateway, `a-guess-${at}`));
  const codes = (await Promise.all(guesses)).map(({ body }) => body.error.code);
  expect(codes.filter((code) => code === 'invalid_token')).toHaveLength(5);
  expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(7);
  const late = await logIn(gateway);
  expect(late.status).toBe(429);
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
  // The token itself goes on working where it is sent as it is.
  const bearer = { authorization: `Bearer ${gateway.adminToken}` };
  expect((await ask(gateway, 'GET', '/status', bearer)).status).toBe(200);
  await waitFor('the log to tell of it', () => said(gateway, 'no_more_for_s').length > 0);
  expect(said(gateway, 'a login was refused')).toHaveLength(5);
  expect(gateway.stderrLines.join('\n')).not.toContain('a-guess');
});

describe('a browser, behind a proxy that has put the gateway at /sluice', () => {
  it('keeps the session to the admin API, from scripts and from pages of other sites', async () => {
    const gateway = await start({ admin: { on_main: true }, listen: { trusted_proxies: ['127.0.0.1'] } });
    const proxy = await startProxy(gateway.baseUrl);
    let browser: Browser | undefined;
    try {
      browser = await startBrowser();
      const page = await browser.newPage();
      await page.goto(`${proxy.url}/sluice/admin/api/session`);
      const report = await inPage(page, '/sluice/admin/api/login', { token: gateway.adminToken });
      expect(report.logged_in).toBe(true);
      expect(await page.evaluate('document.cookie')).toBe('');

      await page.goto(`${proxy.url}/sluice/admin/api/status`);
      expect(await page.textContent('body')).toContain('"status":"running"');
      await page.goto(`${proxy.url}/sluice/docs`);
      expect(proxy.cookieOf('/sluice/admin/api/status')).toMatch(/^sluice_admin_\d+=/);
      expect(proxy.cookieOf('/sluice/docs')).toBeUndefined();

      await page.goto(`${proxy.url.replace('127.0.0.1', 'localhost')}/sluice/admin/api/session`);
      await sendBlindly(page, `${proxy.url}/sluice/admin/api/logout`);
      expect(proxy.cookieOf('/sluice/admin/api/logout')).toBeUndefined();

      await page.goto(`${proxy.url}/sluice/admin/api/session`);
      expect(JSON.parse((await page.textContent('body')) ?? '')).toEqual(report);
      expect((await inPage(page, '/sluice/admin/api/logout', {}, report.csrf_token)).logged_in).toBe(false);
      expect(await page.context().cookies()).toEqual([]);
    } finally {
      await browser?.close();
      await proxy.close();
    }
  }, 120_000);
});

interface Report {
  readonly logged_in: boolean;
  readonly csrf_token: string;
}

/** Posts from within the page, as a dashboard would. */
function inPage(page: Page, path: string, body: object, csrfToken = ''): Promise<Report> {
  return page.evaluate(
    async ([to, text, token]) => {
      const headers = { 'content-type': 'application/json', 'x-csrf-token': token };
      const answer = await fetch(to, { method: 'POST', headers, body: text });
      return (await answer.json()) as Report;
    },
    [path, JSON.stringify(body), csrfToken] as const,
  );
}

/** All that a page of another site can do: send, and not see what comes of it. */
function sendBlindly(page: Page, url: string): Promise<void> {
  return page.evaluate(async (to) => {
    await fetch(to, { method: 'POST', mode: 'no-cors', credentials: 'include' });
  }, url);
}

/** Takes `/sluice` off the path, says for whom it asks, and remembers what cookies it saw. */
async function startProxy(target: string) {
  const seen = new Map<string, string | undefined>();
  const server = createServer((asked, answer) => {
    const { url = '/', method = 'GET' } = asked;
    seen.set(url, asked.headers.cookie);
    const headers = { ...asked.headers, 'x-forwarded-for': asked.socket.remoteAddress };
    const onward = httpRequest(target + url.replace(/^\/sluice/, ''), { method, headers });
    onward.once('response', (came: IncomingMessage) => {
      answer.writeHead(came.statusCode ?? 500, came.headers);
      came.pipe(answer);
    });
    onward.once('error', () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cookieOf: (path: string) => seen.get(path),
    close: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
