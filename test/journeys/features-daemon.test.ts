/** What docs/features.md promises of the daemon and its own answers, and no other test shows on the running program. */
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../support/free-ports.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { gatewayFolder } from '../support/gateway-folder.ts';
import { ledgerRows } from '../support/ledger-rows.ts';
import { openStream } from '../support/sse-client.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';

const home = tempFolder('sluice-features-');
const at = (name: string) => join(home, name);
const echo = { type: 'echo', name: 'echo', quirks: { word_delay_ms: 0 } };
const ask = { messages: [{ role: 'user', content: 'one two' }] };

async function post(gateway: RunningGateway, key: string, headers = {}, body: object = ask) {
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

describe('a daemon configured in every corner', () => {
  let gateway: RunningGateway;

  beforeAll(async () => {
    gateway = await startGateway({
      config: {
        daemon: {
          listen: { trusted_proxies: ['127.0.0.1'] },
          database: { path: at('elsewhere/ledger.db') },
          logging: { file: at('logs/sluice.log'), level: 'WARNING' },
        },
        apps: [{ app_id: 'one', api_keys: ['sk-one'], default_model: 'echo' }],
        backends: [echo],
      },
    });
  });

  afterAll(() => gateway?.stop());

  it('keeps its ledger where it is told to, and believes a trusted proxy', async () => {
    await post(gateway, 'sk-one', {
      'x-forwarded-for': '198.51.100.7, 203.0.113.9',
      'x-request-id': 'mine-1',
    });
    const [row] = ledgerRows(at('elsewhere/ledger.db')).slice(-1);
    expect(row).toMatchObject({ request_id: 'mine-1', client_ip: '203.0.113.9' });
  });

  it('logs into its file, goes on in a new one after a rotation, and keeps to its level', async () => {
    const log = () => readFileSync(at('logs/sluice.log'), 'utf8');
    await waitFor('the line', () => log().includes('"request_id":"mine-1"'));
    expect(log()).not.toContain('"level":"info","msg":"listening');
    renameSync(at('logs/sluice.log'), at('logs/sluice.log.1'));
    await waitFor('a line in the new file', async () => {
      await post(gateway, 'sk-one', { 'x-request-id': 'mine-2' });
      return log().includes('"request_id":"mine-2"');
    });
    expect(log()).not.toContain('mine-1');
  });

  it('streams in the shape of OpenAI, with one id, also for a body without a model', async () => {
    const stream = await openStream(`${gateway.baseUrl}/v1/chat/completions`, {
      headers: { authorization: 'Bearer sk-one' },
      body: { ...ask, stream: true, stream_options: { include_usage: true } },
    });
    await stream.waitForEnd();
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': expect.stringContaining('no-cache'),
    });
    const datas = stream.frames.map(({ data }) => data);
    expect(datas.at(-1)).toBe('[DONE]');
    const chunks = datas.slice(0, -1).map((data) => JSON.parse(data));
    expect(new Set(chunks.map(({ id, object }) => `${object} ${id}`)).size).toBe(1);
    expect(chunks[0].choices[0].delta.role).toBe('assistant');
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Echo: one two');
    expect(chunks.at(-2).choices[0].finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
  });

  it('shows who comes without a key its pages and probes, and no page to set it up', async () => {
    const get = (path: string) => fetch(gateway.baseUrl + path, { redirect: 'manual' });
    for (const path of ['/', '/docs', '/reference', '/openapi.json', '/livez', '/readyz', '/health'])
      expect((await get(path)).status, path).toBe(200);
    for (const path of ['/setup', '/admin', '/admin/setup', '/stats/live', '/metrics'])
      expect((await get(path)).status, path).toBe(404);
  });
});

/** Loaded into the daemon before anything else: tells of every way out of this machine that it tries. */
const watchman = `
const { Socket } = require('node:net');
const dns = require('node:dns');
const isNear = (host) => host === undefined || host === 'localhost' || host === '::1' || /^127\\./.test(host);
const tell = (what, host) => { if (!isNear(host)) process.stderr.write('OUTWARD ' + what + ' ' + host + '\\n'); };
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...all) {
  const first = Array.isArray(all[0]) ? all[0][0] : all[0];
  if (typeof first === 'object' && first.path === undefined) tell('connect', first.host);
  return connect.apply(this, all);
};
const { lookup } = dns;
dns.lookup = (host, ...rest) => { tell('lookup', host); return lookup(host, ...rest); };
process.stderr.write('WATCHMAN is here\\n');
`;

describe('a daemon whose only runtime is down', () => {
  let gateway: RunningGateway;
  const config = (...more: object[]) => ({
    daemon: { reload: { watch: true } },
    apps: [{ app_id: 'one', api_keys: ['sk-one'] }, ...more.map((app) => ({ ...app }))],
    backends: [{ type: 'vllm', name: 'gpu', base_url: `http://127.0.0.1:${deadPort}`, models: ['m'] }],
  });
  let deadPort = 0;

  beforeAll(async () => {
    [deadPort = 0] = await freePorts(1);
    writeFileSync(at('watchman.cjs'), watchman);
    const env = { METRICS_ENABLED: 'false', NODE_OPTIONS: `--require ${at('watchman.cjs')}` };
    gateway = await startGateway({ config: config(), env });
  });

  afterAll(() => gateway?.stop());

  it('lives, is not ready, and says why', async () => {
    const get = async (path: string) => (await fetch(gateway.baseUrl + path)).status;
    await waitFor('the probe', async () => (await get('/readyz')) === 503);
    expect([await get('/livez'), await get('/health')]).toEqual([200, 503]);
    expect(await post(gateway, 'sk-one', {}, { ...ask, model: 'm' })).toMatchObject({
      status: 502,
      body: { error: { code: 'upstream_connect' } },
    });
    const status = await fetch(`${gateway.adminUrl}/admin/api/status`, {
      headers: { authorization: `Bearer ${gateway.adminToken}` },
    });
    expect(await status.json()).toMatchObject({ backends: [{ name: 'gpu', type: 'vllm', state: 'down' }] });
  });

  it('gives no metrics where the environment turned them off', async () => {
    expect((await fetch(`${gateway.adminUrl}/metrics`)).status).toBe(404);
    expect((await fetch(`${gateway.adminUrl}/stats/live`)).status).toBe(200);
  });

  it('takes a changed file up by itself', async () => {
    expect(await post(gateway, 'sk-late')).toMatchObject({ status: 401 });
    gateway.folder.write(config({ app_id: 'late', api_keys: ['sk-late'] }));
    await waitFor('the new key', async () => (await post(gateway, 'sk-late')).status !== 401);
  });

  it('has not looked beyond this machine in all that time', () => {
    const said = gateway.stderrLines.join('\n');
    expect(said).toContain('WATCHMAN is here');
    expect(said).not.toContain('OUTWARD');
  });
});

it('started with --reload, takes a changed file up by itself', async () => {
  const withApps = (...names: string[]) => ({
    apps: names.map((name) => ({ app_id: name, api_keys: [`sk-${name}`] })),
    backends: [echo],
  });
  const gateway = await startGateway({ config: withApps('one'), args: ['--reload'] });
  try {
    const status = async () => (await post(gateway, 'sk-late', {}, { ...ask, model: 'echo' })).status;
    expect(await status()).toBe(401);
    gateway.folder.write(withApps('one', 'late'));
    await waitFor('the new key', async () => (await status()) === 200);
  } finally {
    await gateway.stop();
  }
});

it('a daemon in the background has left the terminal it was started from', async () => {
  const folder = await gatewayFolder({ backends: [echo] });
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  const sluice = (...words: string[]) =>
    execFileSync(process.execPath, [main, ...words, '--config', folder.configDir], { env: folder.env });
  sluice('start', '--detach');
  try {
    const pid = readFileSync(join(folder.configDir, 'sluice.pid'), 'utf8').trim();
    expect(String(execFileSync('ps', ['-o', 'pgid=', '-p', pid])).trim()).toBe(pid);
  } finally {
    sluice('stop');
  }
});
