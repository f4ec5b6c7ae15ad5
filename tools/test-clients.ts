/**
 * `npm run test:clients [NAME…]`: clients that need a newer Node than our oldest, each through the gateway before every
 * kind of backend: the newest OpenAI and Google SDKs, the Vercel AI SDK, LangChain, and a coding agent. Node and
 * packages come from the npm registry into a folder outside the checkout; what they do is in `test/clients/newer`.
 */
import { execFile, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startFakeUpstream } from '../test/fake-upstream/fake-upstream.ts';
import { everyBack } from '../test/support/every-back.ts';
import { startGateway } from '../test/support/gateway.ts';

const NODE = '24';

/** A script in `test/clients/newer`, and the packages it needs; pinned, so that a failure is one of ours. */
const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  openai: ['openai@7.55.0'],
  genai: ['@google/genai@3.1.0'],
  'ai-sdk': [
    'ai@6.0.326',
    '@ai-sdk/openai@3.0.141',
    '@ai-sdk/anthropic@3.0.140',
    '@ai-sdk/google@3.0.141',
    '@ai-sdk/openai-compatible@2.0.92',
    'ollama-ai-provider-v2@3.6.0',
    'zod@4.6.7',
  ],
  langchain: [
    '@langchain/core@1.4.0',
    '@langchain/openai@1.5.8',
    '@langchain/anthropic@1.5.11',
    '@langchain/ollama@1.3.0',
    '@langchain/google-genai@2.3.2',
  ],
  pi: ['@mariozechner/pi-coding-agent@0.73'],
};

const CLIENT_TIMEOUT_MS = 10 * 60_000;

const repository = fileURLToPath(new URL('..', import.meta.url));
const scripts = join(repository, 'test', 'clients', 'newer');
const cache = process.env.SLUICE_CLIENTS_DIR ?? join(homedir(), '.cache', 'sluice-clients');
const run = promisify(execFile);

/** One thing one client did before one back. */
interface Outcome {
  readonly client: string;
  readonly back: string;
  readonly case: string;
  readonly failure?: string;
  /** In place of a failure: the back cannot do it, and said so. */
  readonly refusal?: string;
}

const unknown = process.argv.slice(2).filter((name) => !Object.hasOwn(CLIENTS, name));
if (unknown.length > 0) {
  console.error(`no client ${unknown.join(', ')}; known: ${Object.keys(CLIENTS).join(', ')}`);
  process.exit(2);
}
const asked = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(CLIENTS);
const node = await installedNode();
const outcomes: Outcome[] = [];
for (const name of asked) outcomes.push(...(await tryOut(name)));
print(outcomes);
process.exitCode = outcomes.some(({ failure }) => failure !== undefined) ? 1 : 0;

/** A house of its own for each client: none finds what another left behind. */
async function tryOut(name: string): Promise<readonly Outcome[]> {
  const folder = await installed(CLIENTS[name] ?? [], name);
  for (const file of readdirSync(scripts)) copyFileSync(join(scripts, file), join(folder, file));
  const upstream = await startFakeUpstream();
  const backs = everyBack(upstream);
  const gateway = await startGateway({ config: { backends: backs.map(({ config }) => config) } });
  const told = backs.map(({ dialect, model }) => ({ dialect, model, hasVectors: hasVectors(dialect) }));
  try {
    return await outcomesOf(name, folder, {
      GATEWAY_URL: gateway.baseUrl,
      GATEWAY_KEY: gateway.key,
      BACKS: JSON.stringify(told),
    });
  } finally {
    await gateway.stop();
    await upstream.close();
  }
}

function hasVectors(dialect: string): boolean {
  return dialect !== 'anthropic-messages' && dialect !== 'openai-responses';
}

/** With an environment of its own: no key, proxy or base URL of whoever runs this may reach a client. */
async function outcomesOf(
  name: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly Outcome[]> {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const child = spawn(node, [join(folder, `${name}.mjs`)], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: home, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: CLIENT_TIMEOUT_MS,
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  const found: Outcome[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const outcome = outcomeIn(line);
    if (outcome !== undefined) found.push(outcome);
  }
  const code = await ended;
  const isWhole = code === 0 && found.length > 0;
  return isWhole
    ? found
    : [...found, { client: name, back: '', case: 'all', failure: `it ended with ${code}` }];
}

/** Clients may print words of their own. */
function outcomeIn(line: string): Outcome | undefined {
  if (!line.startsWith('{"client"')) return undefined;
  return JSON.parse(line) as Outcome;
}

async function installedNode(): Promise<string> {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  return join(await installed([`${name}@${NODE}`], 'node'), 'node_modules', name, 'bin', 'node');
}

/** Installs again each time: the cache makes that cheap. No package named here needs its install scripts. */
async function installed(packages: readonly string[], into: string): Promise<string> {
  const folder = join(cache, into);
  mkdirSync(folder, { recursive: true });
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--no-update-notifier', '--ignore-scripts'];
  // The npm of an older Node installs for a newer one here, and peers of all of them rarely agree.
  const lenient = ['--engine-strict=false', '--legacy-peer-deps'];
  await run('npm', ['install', ...quiet, ...lenient, '--prefix', folder, ...packages], { cwd: folder });
  return folder;
}

function print(all: readonly Outcome[]): void {
  const clients = [...new Set(all.map(({ client }) => client))];
  const backs = [...new Set(all.map(({ back }) => back).filter(Boolean))];
  const rows = clients.map((client) => [
    client,
    Object.fromEntries(backs.map((back) => [back, cell(all, client, back)])),
  ]);
  console.table(Object.fromEntries(rows));
  const failed = all.filter(({ failure }) => failure !== undefined);
  for (const { client, back, case: what, failure } of failed)
    console.error(`${client} before ${back}, ${what}: ${failure}`);
  console.log(`${all.length - failed.length} of ${all.length} passed`);
}

function cell(all: readonly Outcome[], client: string, back: string): string {
  const here = all.filter((outcome) => outcome.client === client && outcome.back === back);
  const failed = here.filter(({ failure }) => failure !== undefined);
  const refusals = here.filter(({ refusal }) => refusal !== undefined).length;
  if (here.length === 0) return '–';
  if (failed.length > 0) return `failed: ${failed.map((one) => one.case).join(', ')}`;
  return refusals > 0 ? `✓ ${here.length - refusals}, ${refusals} refused` : `✓ ${here.length}`;
}
