import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type CertificateWishes, selfSignedCertificate } from './certificate.ts';
import { startFakeUpstreamProgram } from './fake-upstream-program.ts';
import { freePort, freePorts } from './free-ports.ts';
import { startGateway } from './gateway.ts';
import { gatewayFolder } from './gateway-folder.ts';
import { rawConnect, rawExchange, rawRequest } from './raw-client.ts';
import { chunked, rawAnswer, startRawUpstream } from './raw-upstream.ts';
import { jsonOf, openStream } from './sse-client.ts';
import { tempFolder } from './temp-folder.ts';
import { waitFor } from './wait-for.ts';

const toClose: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

async function fakeUpstream(...[options]: Parameters<typeof startFakeUpstream>) {
  const fake = await startFakeUpstream(options);
  toClose.push(fake.close);
  return fake;
}

const ask = (model: string) => ({ model, messages: [{ role: 'user', content: 'hello' }], stream: true });

describe('the raw upstream and the raw client', () => {
  it('say exactly what they were told, in pieces, with times', async () => {
    const head = rawAnswer('200 OK', { 'transfer-encoding': 'chunked' });
    const upstream = await startRawUpstream([
      head,
      50,
      chunked('hel'),
      50,
      chunked('lo'),
      chunked(''),
      'CLOSE',
    ]);
    toClose.push(upstream.close);
    const client = await rawConnect({ port: upstream.port });
    await client.send(rawRequest('POST /x', {}, 'bo').slice(0, -1), 30, 'o');
    expect(await client.waitForEnd()).toBe('end');
    expect(client.text).toMatch(/3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n$/);
    expect(client.pieces.at(-1)?.atMs ?? 0).toBeGreaterThan(90);
    expect(upstream.requests).toMatchObject([{ connection: 0, body: 'bo' }]);
    client.close();
  });

  it('know two requests on one connection, an unasked answer and a reset', async () => {
    const upstream = await startRawUpstream((nth) =>
      nth < 2 ? [rawAnswer('200 OK', {}, `answer ${nth}`)] : ['RESET'],
    );
    toClose.push(upstream.close);
    const client = await rawConnect({ port: upstream.port });
    await client.send(rawRequest('GET /a') + rawRequest('GET /b'));
    await client.waitForText('answer 1');
    upstream.sendUnasked('boo');
    await client.waitForText('boo');
    await client.send(rawRequest('GET /c'));
    expect(await client.waitForEnd()).toBe('ECONNRESET');
    expect([upstream.requests.length, upstream.connections]).toEqual([3, 1]);
  });

  it('closes what the fake cut in its head', async () => {
    const fake = await fakeUpstream();
    const body = JSON.stringify(ask('m!cut-in-head'));
    expect(await rawExchange(fake, [rawRequest('POST /v1/chat/completions', {}, body)])).toMatch(/event-st$/);
  });
});

describe('the stream client', () => {
  it('tells frames and their times', async () => {
    const fake = await fakeUpstream();
    const stream = await openStream(`${fake.url}/v1/chat/completions`, { body: ask('m!slow=20!comments') });
    const frames = await stream.waitForEnd();
    expect(stream.ending).toBe('end');
    expect(jsonOf(frames.filter(({ data }) => data !== ''))).toHaveLength(5);
    expect(frames.filter(({ comments }) => comments[0] === 'keep-alive').length).toBeGreaterThan(4);
    expect((frames.at(-1)?.atMs ?? 0) - (frames[0]?.atMs ?? 0)).toBeGreaterThan(60);
  });

  it('leaves, reads nothing, reads slowly: the upstream feels it', async () => {
    const fake = await fakeUpstream();
    const url = `${fake.url}/v1/chat/completions`;
    const leaving = await openStream(url, { body: ask('m!stall-after=2') });
    await leaving.waitForFrames(2);
    const leftAt = leaving.abort();
    await waitFor('the abort', () => fake.journal.entries[0]?.outcome === 'aborted-by-peer');
    expect((fake.journal.entries[0]?.tEnded ?? 0) - leftAt).toBeLessThan(100);

    const deaf = await openStream(url, { body: ask('m!flood=100'), reading: 'nothing' });
    const slow = await openStream(url, { body: ask('m!flood=100'), reading: { bytesPerSecond: 20_000 } });
    await sleep(400);
    expect(deaf.bytesRead).toBe(0);
    expect(slow.bytesRead).toBeGreaterThan(1000);
    expect(slow.bytesRead).toBeLessThan(40_000);
    for (const entry of fake.journal.entries.slice(1)) {
      expect([entry.outcome, entry.bytesSent < 30_000_000]).toEqual(['open', true]);
    }
    deaf.abort();
    slow.abort();
  });
});

describe('what a test stands on', () => {
  it('a fake on several ports, over TLS, with good and bad certificates', async () => {
    const [first = 0, second = 0] = await freePorts(2);
    const twice = await fakeUpstream({ ports: [first, second] });
    for (const url of twice.urls) expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(twice.journal.entries.map((entry) => entry.port)).toEqual([first, second]);

    expect(await tlsOutcome({})).toBe(200);
    expect(await tlsOutcome({ hosts: ['elsewhere.example'] })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await tlsOutcome({ isExpired: true })).toBe('CERT_HAS_EXPIRED');
  });

  it('a fake in its own process, told what to do from here', async () => {
    const fake = await startFakeUpstreamProgram(['--port', `${await freePort()}`, '--scenario', 'words=2']);
    toClose.push(fake.stop);
    await fake.queueScenarios('status=503');
    const url = `${fake.url}/v1/chat/completions`;
    expect((await openStream(url, { body: ask('m') })).status).toBe(503);
    const stream = await openStream(url, { body: ask('m') });
    expect((await stream.waitForEnd()).length).toBe(5);
    await waitFor('the journal', () => fake.journal().at(-1)?.outcome === 'completed');
    expect(fake.journal().map((entry) => entry.status)).toEqual([503, 200]);
    expect(await fake.stop()).toEqual({ code: 0, signal: null });
  });

  it("a gateway's folder, where the test's own words win", async () => {
    const folder = await gatewayFolder({
      daemon: { listen: { unix_socket: '/x' }, timeouts: { idle_s: 1 } },
      apps: [{ app_id: 'a', api_keys: ['sha256:00', 'sk-plain'] }, { app_id: 'b' }],
      backends: { aliases: { x: 'm' }, backends: [{ name: 'fake' }] },
    });
    const read = (name: string): unknown =>
      JSON.parse(readFileSync(`${folder.configDir}/${name}.json`, 'utf8'));
    expect(read('daemon')).toMatchObject({
      listen: { port: folder.port, unix_socket: '/x' },
      admin: { bind: [`127.0.0.1:${folder.adminPort}`] },
      timeouts: { idle_s: 1 },
    });
    expect(folder.key).toBe('sk-plain');
    expect(read('apps')).toMatchObject({
      apps: [{ app_id: 'a' }, { app_id: 'b', api_keys: [expect.stringMatching(/^sk-test-/)] }],
    });
    expect(read('backends')).toEqual({ aliases: { x: 'm' }, backends: [{ name: 'fake' }] });
  });
});

/** As much of a gateway as `startGateway` needs: it listens, reloads, and ends politely. */
const STUB = `
const { readFileSync } = require('node:fs');
const folder = process.argv[process.argv.indexOf('--config') + 1];
const read = (name) => JSON.parse(readFileSync(folder + '/' + name + '.json', 'utf8'));
const { listen, admin } = read('daemon');
if (process.env.REFUSE) { console.error('refused: ' + process.env.REFUSE); process.exit(78); }
console.error('listening for ' + process.env.HOME);
const answer = (request, response) => response.end(JSON.stringify({ path: request.url, apps: read('apps').apps.length }));
const http = require('node:http');
http.createServer(answer).listen(listen.port, '127.0.0.1');
http.createServer(answer).listen(Number(admin.bind[0].split(':')[1]), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

describe('a gateway under test', () => {
  const main = join(tempFolder('sluice-stub-'), 'main.cjs');
  writeFileSync(main, STUB);

  it('starts, reloads, dies, starts again where it was, stops', async () => {
    const gateway = await startGateway({ main, env: { EXTRA: '1' } });
    toClose.push(gateway.stop);
    expect(gateway.stderrLines[0]).toBe(`listening for ${gateway.folder.root}`);
    expect((await fetch(`${gateway.baseUrl}/livez`)).status).toBe(200);
    const apps = [{ app_id: 'a' }, { app_id: 'b' }];
    expect(await gateway.reload({ apps })).toEqual({ status: 200, body: { path: '/admin/reload', apps: 2 } });
    const firstPid = gateway.pid;
    expect(await gateway.kill9()).toEqual({ code: null, signal: 'SIGKILL' });
    await gateway.startAgain();
    expect(gateway.pid).not.toBe(firstPid);
    expect(gateway.ledgerRows()).toEqual([]);
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  });

  it('that does not start says why; one that is not built says what to do', async () => {
    const options = { main, env: { REFUSE: 'no such key' } };
    await expect(startGateway(options)).rejects.toThrow('refused: no such key');
    await expect(startGateway({ main: '/nowhere/main.js' })).rejects.toThrow('npm run build');
  });

  it('takes a ready configuration over, with listeners of its own', async () => {
    const dir = tempFolder('sluice-dir-');
    writeFileSync(
      join(dir, 'daemon.json'),
      '{ /* mine */ "listen": { "port": 1 }, "logging": { "level": "DEBUG" } }',
    );
    writeFileSync(join(dir, 'apps.yaml'), 'apps:\n  - app_id: mine\n    api_keys: [sk-mine]\n');
    const folder = await gatewayFolder(dir);
    expect(folder.key).toBe('sk-mine');
    const daemon: unknown = JSON.parse(readFileSync(join(folder.configDir, 'daemon.json'), 'utf8'));
    expect(daemon).toMatchObject({ listen: { port: folder.port }, logging: { level: 'DEBUG' } });
    expect(readFileSync(join(dir, 'daemon.json'), 'utf8')).toContain('mine');
  });
});

async function tlsOutcome(wishes: CertificateWishes): Promise<number | string | undefined> {
  const certificate = selfSignedCertificate(wishes);
  const fake = await fakeUpstream({ tls: certificate });
  return new Promise((resolve) => {
    get(`${fake.url}/health`, { ca: certificate.cert, agent: false }, (response) =>
      resolve(response.statusCode),
    ).on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}
