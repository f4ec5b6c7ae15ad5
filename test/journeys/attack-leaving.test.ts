/** Clients that leave, or hardly read: the backend is let go at once, and nobody who reads is cut off. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { openStream, type StreamRequest } from '../support/sse-client.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let hole: Hole;
let gateway: RunningGateway;

beforeAll(async () => {
  [upstream, hole] = [await startFakeUpstream(), await openHole()];
  const backend = (name: string, url: string, more: object) => ({
    type: 'openai-compatible',
    name,
    base_url: `${url}/v1`,
    supports: { chat: [`${name}*`] },
    ...more,
  });
  gateway = await startGateway({
    config: {
      daemon: { timeouts: { slow_client_s: 3, default_connect_s: 5 } },
      backends: {
        sequence_groups: { gpu: {} },
        backends: [
          backend('m', upstream.url, { concurrency: 300 }),
          backend('gpu', upstream.url, { sequence_group: 'gpu' }),
          backend('hole', hole.url, { sequence_group: 'gpu' }),
        ],
      },
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
  hole?.close();
});

interface Hole {
  readonly url: string;
  close(): void;
}

/** A port that answers no connect: its program is stopped, and its line of waiting connections is full. */
async function openHole(): Promise<Hole> {
  const listen = `const s = require('node:net').createServer();
    s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port));`;
  const program = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve) => {
    program.stdout.once('data', (line) => resolve(Number(line)));
  });
  program.kill('SIGSTOP');
  const sockets: Socket[] = [];
  for (let count = 0; count < 4; count++) sockets.push(connect(port, '127.0.0.1').on('error', () => {}));
  await sleep(100);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      program.kill('SIGKILL');
    },
  };
}

const question = (model: string, stream: boolean) => ({
  model,
  stream,
  messages: [{ role: 'user', content: 'Hi' }],
});

function open(model: string, stream: boolean, wishes: StreamRequest = {}) {
  return openStream(`${gateway.baseUrl}/v1/chat/completions`, {
    headers: { authorization: `Bearer ${gateway.key}` },
    body: question(model, stream),
    ...wishes,
  });
}

async function running(): Promise<number> {
  const answer = await fetch(`${gateway.adminUrl}/stats/live`);
  const { per_backend } = (await answer.json()) as { per_backend: Record<string, { running: number }> };
  return Object.values(per_backend).reduce((sum, backend) => sum + backend.running, 0);
}

const residentMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))?.[1]) / 1024;

it('a client that leaves while its backend is still being connected to frees the slot at once', async () => {
  const leaving = new AbortController();
  const left = fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify(question('hole', false)),
    signal: leaving.signal,
  }).catch(() => 'left');
  await waitFor('it to run', async () => (await running()) === 1);
  const next = open('gpu', false);
  await sleep(100);
  const leftAt = performance.now();
  leaving.abort();
  expect(await left).toBe('left');
  expect(await next).toMatchObject({ status: 200 });
  expect(performance.now() - leftAt).toBeLessThan(1_000);
  const row = gateway.ledgerRows().find(({ backend }) => backend === 'hole');
  expect(row).toMatchObject({ outcome: 'cancelled', status: 499 });
});

it('a client that leaves before the head is no failure of the backend, which hears of it within 50 ms', async () => {
  const took: number[] = [];
  for (let round = 0; round < 20; round++) {
    upstream.journal.clear();
    const leaving = new AbortController();
    const left = fetch(`${gateway.baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify(question('m!delay=5000', false)),
      signal: leaving.signal,
    }).catch(() => 'left');
    await waitFor('the backend to be asked', () => upstream.journal.work.length === 1);
    const leftAt = performance.timeOrigin + performance.now();
    leaving.abort();
    await left;
    await waitFor('the abort', () => upstream.journal.work[0]?.tEnded);
    took.push((upstream.journal.work[0]?.tEnded ?? Number.POSITIVE_INFINITY) - leftAt);
  }
  expect(took.sort((a, b) => a - b)[9]).toBeLessThan(50);
  await waitFor('the entry', () => gateway.ledgerRows().at(-1)?.['outcome'] === 'cancelled');
  expect(gateway.ledgerRows().at(-1)).toMatchObject({ status: 499, error_code: 'client_left' });
  const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  expect(metrics).not.toMatch(/sluice_upstream_errors_total\{backend="m"/);
});

it('two hundred clients that leave in mid-stream leave nothing behind', async () => {
  upstream.journal.clear();
  const streams = await Promise.all(Array.from({ length: 200 }, () => open('m!words=4000!slow=100', true)));
  const leftAt = Math.min(...streams.map((stream) => stream.abort()));
  await waitFor('all aborts', () => upstream.journal.work.every(({ tEnded }) => tEnded !== undefined));
  const took = upstream.journal.work.map(({ tEnded = 0 }) => tEnded - leftAt).sort((a, b) => a - b);
  expect(took).toHaveLength(200);
  // All at once, with the clients and the backend in this very process: 36 ms on an idle machine.
  expect(took[197]).toBeLessThan(1_000);
  await waitFor('all slots', async () => (await running()) === 0);
  const cancelled = () => gateway.ledgerRows().filter(({ outcome }) => outcome === 'cancelled').length;
  await waitFor('all entries', () => cancelled() >= 200);
});

it('twenty clients that read nothing cost little memory, and are cut off', async () => {
  const before = residentMb();
  const streams = await Promise.all(
    Array.from({ length: 20 }, () => open('m!flood=200', true, { reading: 'nothing' })),
  );
  let peakMb = 0;
  await waitFor(
    'them to be cut off',
    async () => {
      peakMb = Math.max(peakMb, residentMb());
      return (await running()) === 0;
    },
    { timeoutMs: 10_000, everyMs: 50 },
  );
  expect(peakMb - before).toBeLessThan(150);
  for (const stream of streams) stream.abort();
});

it('a client that reads a large answer slowly, but reads, gets all of it', async () => {
  const answer = await open('m!flood=12', false, { reading: { bytesPerSecond: 1_500_000 }, keeps: 'counts' });
  await answer.waitForEnd(20_000);
  expect(answer.ending).toBe('end');
  expect(answer.bytesRead).toBe(Number(answer.headers['content-length']));
  // Else it proves nothing: it must have taken longer than the patience with those who do not read.
  expect(answer.endedAtMs).toBeGreaterThan(6_000);
}, 30_000);
