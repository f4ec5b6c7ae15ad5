import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { openTestHouse } from '../../../test/support/admin-test-house.ts';
import { adminRoutes } from './admin-routes.ts';
import { docsRoutes } from './docs-routes.ts';
import { openApiDocument, type RegisteredRoute } from './openapi/open-api-document.ts';
import { probeRoutes } from './probe-routes.ts';
import { listRoutes } from './route-list.ts';

async function openMain() {
  const house = openTestHouse();
  const server = fastify();
  const routes = listRoutes(server);
  await server.register(probeRoutes(house));
  await server.register(docsRoutes({ version: house.version, routes }));
  for (const path of [
    '/v1/chat/completions',
    '/chat/completions',
    '/openai/deployments/:model/chat/completions',
  ]) {
    server.post(path, () => ({}));
  }
  server.get('/v1/models/*', () => ({}));
  const admin = fastify();
  listRoutes(admin, routes);
  await admin.register(adminRoutes({ house, listener: { kind: 'admin', boundHosts: ['127.0.0.1:8081'] } }));
  await Promise.all([server.ready(), admin.ready()]);
  return { house, server, routes };
}

describe('probes', () => {
  test.each(['/livez', '/healthz', '/health/live'])(
    '%s lives whatever the backends do, HEAD included',
    async (url) => {
      const { house, server } = await openMain();
      house.checksNow = { ...house.checksNow, backends: { healthy: false, message: 'none is up' } };
      expect((await server.inject(url)).statusCode).toBe(200);
      expect((await server.inject({ method: 'HEAD', url })).statusCode).toBe(200);
    },
  );

  test.each(['/readyz', '/health/ready'])('%s follows the checks', async (url) => {
    const { house, server } = await openMain();
    expect((await server.inject(url)).json()).toMatchObject({ status: 'ready' });
    house.checksNow = { ...house.checksNow, shutdown: { healthy: false, message: 'draining' } };
    const answer = await server.inject(url);
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ status: 'not_ready', checks: { shutdown: { healthy: false } } });
    expect((await server.inject({ method: 'HEAD', url })).statusCode).toBe(503);
  });

  test('/health says whether a backend is there', async () => {
    const { house, server } = await openMain();
    expect((await server.inject('/health')).json()).toMatchObject({ status: 'ok', backend_ok: true });
    house.checksNow = { ...house.checksNow, backends: { healthy: false, message: 'none is up' } };
    const answer = await server.inject('/health');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ status: 'down', backend_ok: false, timestamp: expect.any(String) });
  });
});

describe('/', () => {
  test.each([
    [undefined, 200, 'Ollama is running'],
    ['*/*', 200, 'Ollama is running'],
    ['application/json', 200, '"endpoints"'],
    ['text/html,application/xhtml+xml', 302, ''],
  ])('for Accept %s', async (accept, status, body) => {
    const { server } = await openMain();
    const answer = await server.inject({ url: '/', headers: accept === undefined ? {} : { accept } });
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toContain(body);
  });

  test('HEAD', async () => {
    const { server } = await openMain();
    expect((await server.inject({ method: 'HEAD', url: '/' })).statusCode).toBe(200);
  });
});

describe('the page for people', () => {
  test('loads nothing from elsewhere and runs no script', async () => {
    const { server } = await openMain();
    const answer = await server.inject({ url: '/docs', headers: { host: 'gateway.lan:8080' } });
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.body).not.toMatch(/<(script|img|link|iframe)|src=|@import|url\(/);
    const links = [...answer.body.matchAll(/href="([^"]*)"/g)].map((match) => match[1]);
    expect(links.filter((link) => /^(https?:)?\/\//.test(link ?? ''))).toEqual([]);
    expect(answer.body).toContain('http://gateway.lan:8080/v1/chat/completions');
  });

  test('does not repeat a Host that is none', async () => {
    const { server } = await openMain();
    const answer = await server.inject({ url: '/docs', headers: { host: '"><script>alert(1)</script>' } });
    expect(answer.body).not.toContain('<script');
  });
});

describe('the OpenAPI document', () => {
  test('lists every registered route of both listeners, and describes each of them', async () => {
    const { server, routes } = await openMain();
    const document = (await server.inject('/openapi.json')).json();
    const listed = Object.entries<Record<string, { summary: string }>>(document.paths).flatMap(
      ([path, operations]) =>
        Object.entries(operations).map(([method, { summary }]) => ({
          method: method.toUpperCase(),
          path,
          summary,
        })),
    );
    const registered = routes.filter(({ method }) => method !== 'HEAD');
    expect(listed.length).toBe(registered.length);
    expect(listed.filter(({ summary }) => summary === 'Not described')).toEqual([]);
    expect(document.paths['/v1/models/{model}']).toBeDefined();
    expect(document.paths['/chat/completions'].post.summary).toContain('/v1/chat/completions');
    expect(document.paths['/admin/reload'].post.tags).toEqual(['Admin']);
  });

  test('is well-formed: parameters of a path are declared, ids are unique, references resolve', async () => {
    const { routes } = await openMain();
    const document = openApiDocument('1', routes) as never as {
      paths: Record<
        string,
        Record<string, { operationId: string; parameters: { name: string; in: string }[] }>
      >;
      components: { schemas: object };
    };
    const ids = new Set<string>();
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const { operationId, parameters } of Object.values(operations)) {
        expect(ids.has(operationId), operationId).toBe(false);
        ids.add(operationId);
        const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
        expect(declared, path).toEqual([...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]));
      }
    }
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)];
    for (const [, name = ''] of references) expect(document.components.schemas).toHaveProperty(name);
  });

  test('promises nothing that is not registered', () => {
    const routes: RegisteredRoute[] = [{ method: 'GET', url: '/livez' }];
    expect(Object.keys(openApiDocument('1', routes)['paths'] ?? {})).toEqual(['/livez']);
  });
});

describe('the interactive reference', () => {
  test.each(['/reference', '/reference/', '/swagger', '/swagger/'])(
    '%s is Swagger UI, offline',
    async (url) => {
      const { server } = await openMain();
      const page = await server.inject(url);
      expect(page.statusCode).toBe(200);
      expect(page.headers['content-security-policy']).toContain("default-src 'none'");
      expect(page.body).toContain('swagger-ui');
      expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
      await server.close();
    },
  );

  test.each(['/reference', '/swagger'])('%s has its files and the document', async (base) => {
    const { server } = await openMain();
    expect((await server.inject(`${base}/static/swagger-ui-bundle.js`)).statusCode).toBe(200);
    expect((await server.inject(`${base}/json`)).json()).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Sluice' },
    });
    expect((await server.inject(`${base}/static/../../package.json`)).statusCode).toBe(404);
    await server.close();
  });

  test('the old place of the document', async () => {
    const { server } = await openMain();
    expect((await server.inject('/swagger/doc.json')).json()).toMatchObject({ openapi: '3.1.0' });
  });
});
