/**
 * aimock (`@copilotkit/aimock`, MIT) behind the gateway: a mock of many vendors' servers that shares no line with our
 * fake. The clients of `scripted-clients.ts` ask it what they ask the fake, tools and all; and while it misbehaves at
 * random, whoever asks must be told so as an error of his dialect. Its shapes are not authoritative.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildProgram, startProgram } from '../../test/support/child-program.ts';
import { type Back, everyBack } from '../../test/support/every-back.ts';
import { freePort } from '../../test/support/free-ports.ts';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { chaosModes, tryChaos } from './aimock-chaos.ts';
import { fixtures } from './aimock-fixtures.ts';
import { installed } from './cache.ts';
import type { Outcome } from './outcome.ts';
import { tryClient } from './scripted-clients.ts';

const PACKAGE = '@copilotkit/aimock@1.43.0';

/** Where it is not what it stands for. Bytes between two of one dialect pass as they are, so its faults do too. */
const FAULTS = [
  {
    case: /^embed$/,
    client: /./,
    back: 'gemini-generate',
    reason: 'it has no batchEmbedContents, which all SDKs of Google use',
  },
  {
    case: /^embed$/,
    client: /ollama/,
    back: 'ollama-chat',
    reason: 'it answers /api/embed in the form of the older /api/embeddings',
  },
  {
    case: /loop$/i,
    client: /google/,
    back: 'gemini-generate',
    reason: 'Gemini has no finish reason FUNCTION_CALL',
  },
] as const;

/** Every way to misbehave, by name and one after the other. */
export async function tryMisbehaving(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const mode of chaosModes)
    outcomes.push(...(await beside(mode.flags, (backs) => tryChaos(mode, backs))));
  return outcomes;
}

export async function tryClientBefore(client: string): Promise<readonly Outcome[]> {
  const told = await beside([], (backs) => tryClient(client, backs, countsTokens));
  return told.map(asOfAimock);
}

function asOfAimock(outcome: Outcome): Outcome {
  const named = { ...outcome, client: `${outcome.client}, aimock` };
  const { failure, ...rest } = named;
  const fault = FAULTS.find(
    (one) => one.back === named.back && one.case.test(named.case) && one.client.test(named.client),
  );
  return failure === undefined || fault === undefined ? named : { ...rest, refusal: fault.reason };
}

/** It says 0 to Ollama's clients, whatever its fixtures say. */
function countsTokens({ dialect }: Back): boolean {
  return dialect !== 'ollama-chat';
}

async function beside(
  flags: readonly string[],
  work: (backs: readonly Back[]) => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  const file = join(tempFolder('sluice-aimock-'), 'fixtures.json');
  writeFileSync(file, JSON.stringify({ fixtures }));
  const port = await freePort();
  const script = join(
    await installed([PACKAGE], 'aimock'),
    'node_modules',
    '@copilotkit',
    'aimock',
    'dist',
    'cli.js',
  );
  const mock = startProgram(process.execPath, [
    script,
    '-p',
    String(port),
    '-f',
    file,
    '--chunk-size',
    '3',
    ...flags,
  ]);
  try {
    await waitFor('aimock to listen', () => isHeard(mock, 'listening on'), { timeoutMs: 20_000 });
    return await work(everyBack({ url: `http://127.0.0.1:${port}` }));
  } finally {
    await mock.stop();
  }
}

function isHeard({ stdoutLines, stderrLines, hasEnded }: ChildProgram, words: string): boolean {
  if (hasEnded) throw new Error(`aimock did not start:\n${stderrLines.slice(-20).join('\n')}`);
  return [...stdoutLines, ...stderrLines].some((line) => line.includes(words));
}
