/** Programs that ask what `test/clients/newer` has them ask, each through a gateway of its own before every back. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Back } from '../../test/support/every-back.ts';
import { startGateway } from '../../test/support/gateway.ts';
import { installed, installedNode } from './cache.ts';
import type { Outcome } from './outcome.ts';

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

export const scriptedClients = Object.keys(CLIENTS);

const CLIENT_TIMEOUT_MS = 10 * 60_000;

const scripts = fileURLToPath(new URL('../../test/clients/newer', import.meta.url));

/** A gateway of its own for each client: none finds what another left behind. */
export async function tryClient(
  name: string,
  backs: readonly Back[],
  countsTokens: (back: Back) => boolean = () => true,
): Promise<readonly Outcome[]> {
  const folder = await installed(CLIENTS[name] ?? [], name);
  for (const file of readdirSync(scripts)) copyFileSync(join(scripts, file), join(folder, file));
  const gateway = await startGateway({ config: { backends: backs.map(({ config }) => config) } });
  const told = backs.map((back) => ({
    dialect: back.dialect,
    model: back.model,
    hasVectors: hasVectors(back),
    countsTokens: countsTokens(back),
  }));
  try {
    return await outcomesOf(name, folder, {
      GATEWAY_URL: gateway.baseUrl,
      GATEWAY_KEY: gateway.key,
      BACKS: JSON.stringify(told),
    });
  } finally {
    await gateway.stop();
  }
}

function hasVectors({ dialect }: Back): boolean {
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
  const child = spawn(await installedNode(), [join(folder, `${name}.mjs`)], {
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
