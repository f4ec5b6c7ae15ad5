/**
 * What a chat request through Sluice costs, beside the bare proxy and nginx, all in one run against the same
 * upstream (nginx answering from memory), each pinned to one core while load and upstream have the other:
 *
 *   npm run build && npm run bench        (needs the Debian packages nginx-light and wrk)
 *
 * CPU time is the process's own, from /proc, over the requests of a timed wrk run; it hardly depends on what
 * else the machine does. Everything of Sluice is on: keys, ledger, metrics, access log (to a file).
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROUNDS = Number(process.argv[2] ?? 8);
const ROUND_SECONDS = 2;
const CONNECTIONS = 32;
const KEY = 'sk-bench-0123456789abcdef';
const UPSTREAM = 19_301;

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const children: ChildProcess[] = [];

const question = JSON.stringify({
  model: 'bench-model',
  temperature: 0.2,
  messages: [
    { role: 'system', content: 'You are a helpful assistant. '.repeat(8) },
    { role: 'user', content: 'Tell me something about gateways. '.repeat(12) },
  ],
});

const answer = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: 'bench-model',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'A gateway stands between things. '.repeat(20), refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 120, completion_tokens: 100, total_tokens: 220 },
});

interface Contestant {
  readonly name: string;
  readonly port: number;
  start(): ChildProcess;
}

const contestants: readonly Contestant[] = [
  { name: 'nginx proxy_pass', port: 19_302, start: () => nginx('proxy', proxyConfig(19_302)) },
  {
    name: 'bare node:http + undici',
    port: 19_303,
    start: () => node(['--import', 'tsx', 'bench/bare-proxy.ts', '19303', `http://127.0.0.1:${UPSTREAM}`]),
  },
  { name: 'sluice', port: 19_304, start: () => sluice(19_304) },
];

function nginx(name: string, server: string): ChildProcess {
  const file = join(folder, `${name}.conf`);
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(
    file,
    `daemon off; worker_processes 1; master_process off; pid ${folder}/${name}.pid; error_log ${folder}/${name}.log;
     events { worker_connections 1024; }
     http { access_log off; client_body_temp_path ${folder}/${name}; proxy_temp_path ${folder}/${name};
       fastcgi_temp_path ${folder}/${name}; uwsgi_temp_path ${folder}/${name}; scgi_temp_path ${folder}/${name};
       keepalive_requests 10000000; ${server} }`,
  );
  return run('nginx', ['-c', file]);
}

function upstreamConfig(): string {
  return `server { listen 127.0.0.1:${UPSTREAM} backlog=4096; client_body_buffer_size 64k;
    location / { default_type application/json; return 200 '${answer}'; } }`;
}

function proxyConfig(port: number): string {
  return `upstream up { server 127.0.0.1:${UPSTREAM}; keepalive 64; keepalive_requests 10000000; }
    server { listen 127.0.0.1:${port} backlog=4096; client_body_buffer_size 64k;
      location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; } }`;
}

function sluice(port: number): ChildProcess {
  const config = join(folder, 'sluice.json');
  writeFileSync(
    config,
    JSON.stringify({
      daemon: {
        listen: { host_v4: '127.0.0.1', port },
        admin: { bind: ['127.0.0.1:19305'] },
        logging: { file: join(folder, 'access.log') },
        database: { path: join(folder, 'ledger.db') },
      },
      apps: { apps: [{ app_id: 'bench', name: 'Bench', api_keys: [KEY] }] },
      backends: {
        backends: [
          {
            type: 'openai-compatible',
            name: 'upstream',
            base_url: `http://127.0.0.1:${UPSTREAM}/v1`,
            supports: { chat: ['bench-*'] },
            cost: { currency: 'usd', unit: '1m_tokens', default: { prompt: 1, completion: 2 } },
          },
        ],
      },
    }),
  );
  return node(['--max-semi-space-size=64', 'dist/cli/main.js', 'start', '--config', config]);
}

function node(args: readonly string[]): ChildProcess {
  return run(process.execPath, args);
}

function run(command: string, args: readonly string[]): ChildProcess {
  const child = spawn('taskset', ['-c', '1', command, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  return child;
}

async function isListening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await accepts(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on ${port} after 10 s`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => resolve(false));
  });
}

/** User and system CPU seconds a process has used; ticks are hundredths on every Linux that matters. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

interface Figures {
  readonly name: string;
  readonly microsecondsPerRequest: number;
  readonly requestsPerSecond: number;
  readonly p50: string;
  readonly p99: string;
  readonly rss: number;
  /** Milliseconds, ascending. */
  readonly lonely: readonly number[];
}

function load(seconds: number, port: number): string {
  const script = join(folder, 'post.lua');
  writeFileSync(
    script,
    `wrk.method = "POST"\nwrk.body = [==[${question}]==]\nwrk.headers["content-type"] = "application/json"\n` +
      `wrk.headers["authorization"] = "Bearer ${KEY}"\n`,
  );
  return execFileSync(
    'taskset',
    [
      '-c',
      '0',
      'wrk',
      '-t1',
      `-c${CONNECTIONS}`,
      `-d${seconds}s`,
      '--latency',
      '-s',
      script,
      `http://127.0.0.1:${port}/v1/chat/completions`,
    ],
    { encoding: 'utf8' },
  );
}

/** One request at a time on one connection: what the proxy adds when nobody else is there. */
async function lonely(port: number): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const took: number[] = [];
  for (let at = 0; at < 1_500; at++) {
    const startedAt = performance.now();
    await post(port, agent);
    if (at >= 300) took.push(performance.now() - startedAt);
  }
  agent.destroy();
  return took.sort((a, b) => a - b);
}

function post(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
    const options = { host: '127.0.0.1', port, agent, method: 'POST', path: '/v1/chat/completions', headers };
    const outgoing = request(options, (answer) => answer.resume().on('end', resolve).on('error', reject));
    outgoing.on('error', reject).end(question);
  });
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.floor(sorted.length * share)] ?? Number.NaN;

/** One contestant over all rounds. */
class Tally {
  readonly contestant: Contestant;
  readonly pid: number;
  #usedS = 0;
  #requests = 0;
  #seconds = 0;
  #report = '';

  constructor(contestant: Contestant, pid: number) {
    this.contestant = contestant;
    this.pid = pid;
  }

  round(seconds: number): void {
    const before = cpuSeconds(this.pid);
    this.#report = load(seconds, this.contestant.port);
    this.#usedS += cpuSeconds(this.pid) - before;
    this.#requests += Number(/(\d+) requests in/.exec(this.#report)?.[1]);
    this.#seconds += seconds;
    if (/Non-2xx/.test(this.#report)) throw new Error(`${this.contestant.name} answered with errors`);
  }

  async figures(): Promise<Figures> {
    return {
      name: this.contestant.name,
      microsecondsPerRequest: (this.#usedS / this.#requests) * 1e6,
      requestsPerSecond: this.#requests / this.#seconds,
      p50: /50%\s+([\d.]+\w+)/.exec(this.#report)?.[1] ?? '?',
      p99: /99%\s+([\d.]+\w+)/.exec(this.#report)?.[1] ?? '?',
      rss: residentMegabytes(this.pid),
      lonely: await lonely(this.contestant.port),
    };
  }
}

async function enter(contestant: Contestant): Promise<Tally> {
  const child = contestant.start();
  await isListening(contestant.port);
  load(3, contestant.port);
  return new Tally(contestant, child.pid ?? 0);
}

async function main(): Promise<void> {
  const upstream = spawn('taskset', ['-c', '0', 'true']);
  await new Promise((resolve) => upstream.once('exit', resolve));
  const file = nginx('upstream', upstreamConfig());
  execFileSync('taskset', ['-cp', '0', String(file.pid)], { stdio: 'ignore' });
  await isListening(UPSTREAM);
  const direct = await lonely(UPSTREAM);
  const rows: Figures[] = [];
  const tallies: Tally[] = [];
  for (const contestant of contestants) tallies.push(await enter(contestant));
  // In short turns, so that whatever else the machine does falls on all of them alike.
  for (let round = 0; round < ROUNDS; round++) for (const tally of tallies) tally.round(ROUND_SECONDS);
  for (const tally of tallies) rows.push(await tally.figures());
  const bare = rows.find((row) => row.name.startsWith('bare'))?.microsecondsPerRequest ?? Number.NaN;
  console.log(
    '| proxy | CPU per request | × bare | requests/s on one core | p50 | p99 | added p50, alone | added p99, alone | RSS under load |',
  );
  console.log('|---|--:|--:|--:|--:|--:|--:|--:|--:|');
  for (const row of rows) {
    console.log(
      `| ${row.name} | ${row.microsecondsPerRequest.toFixed(1)} µs | ${(row.microsecondsPerRequest / bare).toFixed(2)} | ` +
        `${row.requestsPerSecond.toFixed(0)} | ${row.p50} | ${row.p99} | ` +
        `${(at(row.lonely, 0.5) - at(direct, 0.5)).toFixed(2)} ms | ${(at(row.lonely, 0.99) - at(direct, 0.99)).toFixed(2)} ms | ${row.rss.toFixed(0)} MB |`,
    );
  }
}

try {
  await main();
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
