import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { openTestHouse, testToken } from '../../../test/support/admin-test-house.ts';
import type { AdminListener } from './admin-access.ts';
import { adminRoutes } from './admin-routes.ts';
import type { RegisteredRoute } from './openapi/open-api-document.ts';
import { listRoutes } from './route-list.ts';

const tcp: AdminListener = { kind: 'admin', boundHosts: ['127.0.0.1:8081'] };
const host = '127.0.0.1:8081';
const withToken = { host, authorization: `Bearer ${testToken}` };

async function open(listener: AdminListener = tcp) {
  const house = openTestHouse();
  const server = fastify();
  const routes = listRoutes(server);
  await server.register(adminRoutes({ house, listener }));
  await server.ready();
  const get = (url: string, headers: Record<string, string> = { host }) => server.inject({ url, headers });
  const post = (url: string, headers: Record<string, string> = { host }, payload?: string) =>
    server.inject({ method: 'POST', url, headers, ...(payload === undefined ? {} : { payload }) });
  return { house, server, routes, get, post };
}

describe('orders', () => {
  test('a reload answers with its result', async () => {
    const { post } = await open();
    const answer = await post('/admin/reload');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ status: 'reloaded', generation: 2 });
  });

  test('a refused reload answers 422 with the complaints', async () => {
    const { house, post } = await open();
    const complaint = {
      severity: 'error',
      file: 'a.json',
      line: 1,
      column: 2,
      key: 'k',
      message: 'm',
    } as const;
    house.reloadNow = { ...house.reloadNow, status: 'refused', complaints: [complaint] };
    const answer = await post('/admin/reload');
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ status: 'refused', complaints: [complaint] });
  });

  test.each([
    ['no body', undefined, undefined],
    ['an empty form, as curl -d "" sends it', '', 'application/x-www-form-urlencoded'],
    ['an empty JSON body', '', 'application/json'],
    ['a JSON body', '{}', 'application/json'],
  ])('takes %s', async (_what, payload, contentType) => {
    const { post } = await open();
    const headers = contentType === undefined ? { host } : { host, 'content-type': contentType };
    expect((await post('/admin/reload', headers, payload)).statusCode).toBe(200);
  });

  test('a shutdown is answered first and begins afterwards', async () => {
    const { house, server } = await open();
    const address = await server.listen({ port: 0, host: '127.0.0.1' });
    const answer = await fetch(`${address}/admin/shutdown`, { method: 'POST' });
    expect(await answer.json()).toEqual({ status: 'shutting_down' });
    await expect.poll(() => house.asked.shutdowns).toBe(1);
    await server.close();
  });

  test('no order is a GET', async () => {
    const { get } = await open();
    expect((await get('/admin/reload')).statusCode).toBe(404);
    expect((await get('/admin/shutdown')).statusCode).toBe(404);
  });
});

describe('questions', () => {
  test('loopback reads statistics without a token, and /admin/api with one', async () => {
    const { get } = await open();
    expect((await get('/stats/live')).json()).toMatchObject({ per_backend: {}, per_group: {}, per_app: {} });
    expect((await get('/metrics')).body).toContain('sluice_build_info');
    const refused = await get('/admin/api/status');
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['www-authenticate']).toContain('Bearer');
    expect(refused.json()).toEqual({ error: { code: 'missing_token', message: expect.any(String) } });
    for (const noun of ['status', 'models', 'running', 'usage', 'config', 'explain?app=demo']) {
      expect((await get(`/admin/api/${noun}`, withToken)).statusCode).toBe(200);
    }
  });

  test('usage reads its period and grouping', async () => {
    const { house, get } = await open();
    await get('/stats/usage?app_id=demo&since=2026-11-19&until=2026-11-20T00:00:00Z&group_by=day');
    await get('/stats/usage');
    expect(house.asked.usage).toEqual([
      {
        appId: 'demo',
        sinceMs: Date.UTC(2026, 10, 19),
        untilMs: Date.UTC(2026, 10, 20),
        groupBy: ['day'],
      },
      { appId: undefined, sinceMs: undefined, untilMs: undefined, groupBy: ['app'] },
    ]);
  });

  test.each([
    ['/stats/usage?since=yesterday', 'since'],
    ['/stats/usage?group_by=colour', 'group_by'],
    ['/stats/usage?since=2026-11-20&until=2026-11-19', 'since'],
    ['/stats/usage?app_id=a&app_id=b', 'app_id'],
  ])('%s is a 400 that names the parameter', async (url, name) => {
    const { get } = await open();
    const answer = await get(url);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining(name),
    });
  });

  test('explain refuses an operation it does not know', async () => {
    const { get } = await open();
    expect((await get('/admin/api/explain?app=a&model=m&op=dance', withToken)).statusCode).toBe(400);
    expect((await get('/admin/api/explain?model=m', withToken)).statusCode).toBe(400);
  });

  test('usage per model, at its path and at the predecessor’s', async () => {
    const { get } = await open();
    for (const metric of ['requests', 'tokens', 'time']) {
      const expected = [{ metric: `echo-${metric}`, value: 1 }];
      expect((await get(`/stats/usagepermodel/${metric}`)).json()).toEqual(expected);
      expect((await get(`/stat/usagepermodel/${metric}`)).json()).toEqual(expected);
    }
    expect((await get('/stats/usagepermodel/mood')).statusCode).toBe(404);
  });

  test('a known request is cancelled, an unknown one is not found', async () => {
    const { post } = await open();
    expect((await post('/admin/api/cancel/known', withToken)).json()).toEqual({
      status: 'cancelled',
      request_id: 'known',
    });
    const answer = await post('/admin/api/cancel/other', withToken);
    expect(answer.statusCode).toBe(404);
    expect(answer.json().error.code).toBe('not_found');
  });

  test('a model is unloaded by its name, slashes and all', async () => {
    const { post } = await open();
    const answer = await post(`/admin/api/models/${encodeURIComponent('org/known:8b')}/unload`, withToken);
    expect(answer.json()).toEqual({ status: 'unloading', model: 'org/known:8b', groups: 1 });
    expect((await post('/admin/api/models/other/unload', withToken)).statusCode).toBe(404);
    expect((await post('/admin/api/models/other/unload', {})).statusCode).toBe(401);
  });

  test('a group is drained and resumed; another is not found', async () => {
    const { post } = await open();
    const order = async (path: string) => (await post(`/admin/api/groups/${path}`, withToken)).json();
    expect(await order('gpu/drain')).toEqual({ status: 'draining', group: 'gpu' });
    expect(await order('gpu/resume')).toEqual({ status: 'resumed', group: 'gpu' });
    expect(await order('tpu/drain')).toMatchObject({ error: { code: 'not_found' } });
    expect(await order('tpu/resume')).toMatchObject({ error: { code: 'not_found' } });
  });

  test('the control socket needs nothing and can be asked for readiness', async () => {
    const { get } = await open({ kind: 'control' });
    expect((await get('/admin/api/status')).statusCode).toBe(200);
    expect((await get('/readyz')).statusCode).toBe(200);
  });
});

describe('the whole surface', () => {
  test('every route is refused to a stranger', async () => {
    const { server, routes } = await open();
    expect(routes.length).toBeGreaterThan(15);
    // Whether he is logged in he may ask, and hears no.
    for (const { method, url } of routes.filter((route) => route.url !== '/admin/api/session')) {
      const answer = await server.inject({
        method: method as 'GET',
        url: url.replace(':id', 'known'),
        remoteAddress: '192.0.2.1',
        headers: { host },
      });
      expect([401, 403], `${method} ${url}`).toContain(answer.statusCode);
    }
    const missing = await server.inject({ url: '/nothing', remoteAddress: '192.0.2.1', headers: { host } });
    expect(missing.statusCode).toBe(403);
  });

  test('every route declares what it is for', async () => {
    const server = fastify();
    const undeclared: RegisteredRoute[] = [];
    server.addHook('onRoute', (route) => {
      if (route.config?.adminRole === undefined)
        undeclared.push({ method: String(route.method), url: route.url });
    });
    await server.register(adminRoutes({ house: openTestHouse(), listener: tcp }));
    expect(undeclared).toEqual([]);
  });

  test.each([
    '/stats/../admin/api/status',
    '/%61dmin/api/status',
    '//admin/api/status',
    '/ADMIN/api/status',
    '/admin/api/status;x',
    '/admin%2Fapi/status',
  ])('the path %s opens nothing that the token guards', async (url) => {
    const { get } = await open();
    expect((await get(url)).statusCode).toBeGreaterThanOrEqual(400);
  });

  test('on the main listener its rules do not touch the neighbours', async () => {
    const server = fastify();
    await server.register(
      adminRoutes({ house: openTestHouse(), listener: { kind: 'main', boundHosts: [] } }),
    );
    server.get('/v1/models', () => ({ data: [] }));
    const answer = await server.inject({ url: '/v1/models', remoteAddress: '192.0.2.1' });
    expect(answer.statusCode).toBe(200);
    expect((await server.inject({ url: '/stats/live', remoteAddress: '192.0.2.1' })).statusCode).toBe(403);
    // A proxy that guards ^/(admin|stats) would not guard this one.
    expect((await server.inject({ url: '/stat/usagepermodel/time', headers: { host } })).statusCode).toBe(
      404,
    );
  });
});
