/**
 * What an event of a translated stream costs beside one that passes through, in one run, in turns, with the
 * same upstream (events a millisecond apart, each a write of its own):
 *
 *   npm run build && npx tsx bench/translated-stream.ts [ROUNDS]
 *
 * CPU time is the gateway's own, from /proc. It also prints when the first event left (the upstream's second
 * comes a millisecond later) and how the memory stood before and after.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROUNDS = Number(process.argv[2] ?? 6);
const EVENTS = 400;
const STREAMS = 24;
const KEY = 'sk-bench-0123456789abcdef';
const [UPSTREAM, BARE, SLUICE] = [19_311, 19_312, 19_313];

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const children: ChildProcess[] = [];

interface Course {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  readonly body: object;
}

const messages = [{ role: 'user', content: 'Tell me something about gateways.' }];
const chat = (name: string, port: number, model: string): Course => ({
  name,
  port,
  path: '/v1/chat/completions',
  body: { model, messages, stream: true },
});

const bareThrough = chat('bare: pass-through', BARE, 'gpt');
const bareTranslated = chat('bare: Anthropic → OpenAI chat', BARE, 'claude');
const through = chat('Sluice: OpenAI chat, passed through', SLUICE, 'gpt');
const translated: readonly Course[] = [
  chat('Sluice: Anthropic → OpenAI chat', SLUICE, 'claude'),
  chat('Sluice: Ollama → OpenAI chat', SLUICE, 'llama'),
  {
    name: 'Sluice: OpenAI chat → Anthropic',
    port: SLUICE,
    path: '/v1/messages',
    body: { model: 'gpt', max_tokens: 9, messages, stream: true },
  },
  {
    name: 'Sluice: OpenAI chat → Responses',
    port: SLUICE,
    path: '/v1/responses',
    body: { model: 'gpt', input: 'x', stream: true },
  },
  {
    name: 'Sluice: OpenAI chat → Gemini',
    port: SLUICE,
    path: '/v1beta/models/gpt:streamGenerateContent?alt=sse',
    body: { contents: [{ parts: [{ text: 'x' }] }] },
  },
  { name: 'Sluice: OpenAI chat → Ollama', port: SLUICE, path: '/api/chat', body: { model: 'gpt', messages } },
];

function start(core: string, args: readonly string[]): ChildProcess {
  const child = spawn('taskset', ['-c', core, process.execPath, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  return child;
}

function startSluice(): ChildProcess {
  const config = join(folder, 'sluice.json');
  const url = `http://127.0.0.1:${UPSTREAM}`;
  const api_key = 'sk-upstream';
  const backends = [
    { type: 'openai-compatible', name: 'chat', base_url: `${url}/v1`, supports: { chat: ['gpt'] } },
    { type: 'anthropic', name: 'anthropic', base_url: `${url}/v1`, api_key, supports: { chat: ['claude'] } },
    { type: 'ollama', name: 'ollama', base_url: url, supports: { chat: ['llama'] } },
  ];
  const daemon = {
    listen: { host_v4: '127.0.0.1', port: SLUICE },
    admin: { bind: [] },
    logging: { file: join(folder, 'access.log') },
    database: { path: join(folder, 'ledger.db') },
  };
  const apps = { apps: [{ app_id: 'bench', name: 'Bench', api_keys: [KEY] }] };
  writeFileSync(config, JSON.stringify({ daemon, apps, backends: { backends } }));
  return start('1', ['--max-semi-space-size=64', 'dist/cli/main.js', 'start', '--config', config]);
}

/** User and system CPU seconds a process has used. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** One stream to its end; the milliseconds until its first byte. */
function stream(course: Course): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let firstByteMs = Number.NaN;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
    const options = {
      host: '127.0.0.1',
      port: course.port,
      agent: false as const,
      method: 'POST',
      path: course.path,
      headers,
    };
    const outgoing = request(options, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${course.name}: status ${answer.statusCode}`));
      answer.once('data', () => {
        firstByteMs = performance.now() - startedAt;
      });
      answer
        .resume()
        .on('end', () => resolve(firstByteMs))
        .on('error', reject);
    });
    outgoing.on('error', reject).end(JSON.stringify(course.body));
  });
}

class Tally {
  readonly course: Course;
  readonly #pid: number;
  readonly #firstMs: number[] = [];
  readonly #rounds: number[] = [];

  constructor(course: Course, pid: number) {
    this.course = course;
    this.#pid = pid;
  }

  async round(): Promise<void> {
    const before = cpuSeconds(this.#pid);
    const firsts = await Promise.all(Array.from({ length: STREAMS }, () => stream(this.course)));
    this.#firstMs.push(...firsts);
    this.#rounds.push(((cpuSeconds(this.#pid) - before) / (STREAMS * EVENTS)) * 1e6);
  }

  /** The median round. */
  get microseconds(): number {
    return middle(this.#rounds);
  }

  get firstMs(): number {
    return middle(this.#firstMs);
  }
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function settle(course: Course): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      await stream(course);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`${course.name} does not answer`);
}

async function main(): Promise<void> {
  start('0', ['--import', 'tsx', 'bench/stream-upstream.ts', String(UPSTREAM), String(EVENTS)]);
  const bare = start('1', [
    '--import',
    'tsx',
    'bench/bare-translator.ts',
    String(BARE),
    `http://127.0.0.1:${UPSTREAM}`,
  ]);
  const sluice = startSluice();
  const tallies = [bareThrough, bareTranslated].map((course) => new Tally(course, bare.pid ?? 0));
  tallies.push(...[through, ...translated].map((course) => new Tally(course, sluice.pid ?? 0)));
  for (const { course } of tallies) await settle(course);
  for (const tally of tallies)
    for (let warm = 0; warm < 2; warm++) await new Tally(tally.course, 1).round().catch(() => undefined);
  const rssBefore = residentMegabytes(sluice.pid ?? 0);
  for (let round = 0; round < ROUNDS; round++) for (const tally of tallies) await tally.round();
  const [bareBase, , base] = tallies.map((tally) => tally.microseconds);
  console.log('| stream | CPU per event | × its pass-through | first byte |');
  console.log('|---|--:|--:|--:|');
  for (const tally of tallies) {
    const own = tally.course.port === BARE ? bareBase : base;
    const ratio = tally.microseconds / (own ?? Number.NaN);
    console.log(
      `| ${tally.course.name} | ${tally.microseconds.toFixed(1)} µs | ${ratio.toFixed(2)} | ${tally.firstMs.toFixed(1)} ms |`,
    );
  }
  console.log(
    `\nmemory (RSS) of Sluice: ${rssBefore.toFixed(0)} MB before, ${residentMegabytes(sluice.pid ?? 0).toFixed(0)} MB after`,
  );
}

try {
  await main();
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
