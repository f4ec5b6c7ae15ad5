/**
 * Two models, a card for one of them, and twelve clients who never wait with their next question: llama.cpp's own
 * router, told by the daemon what to load and when. What happened is read from what the router wrote down.
 */
import OpenAI from 'openai';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { JournalEntry } from '../fake-upstream/journal.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { installLlamaServer } from './install-llama-server.ts';
import { folderOfModels, type LlamaRouter, type RouterOptions, startLlamaRouter } from './llama-router.ts';
import { type RouterStory, readRouterRecords } from './router-records.ts';

const CLIENTS = 12;
const ROUNDS = 4;
const REQUESTS = CLIENTS * ROUNDS;
/** The referee's numbers (docs/arbitration.md). */
const BATCH_MAX = 8;
const HOLD_MAX_S = 30;
const RESIDENCY_MIN_S = 5;
/** What a slow router takes over each request: no more than three fit into the time that a model stays in any case. */
const ANSWER_MIN_S = 2;
const TOKENS = 24;
const TEST_TIMEOUT_MS = 15 * 60_000;

interface Said {
  readonly text: string;
  readonly finishReason: string;
}

interface Run {
  readonly story: RouterStory;
  readonly tookS: number;
  readonly orders: readonly JournalEntry[];
  readonly chats: readonly JournalEntry[];
}

let server: string;
let models: string;
/** What each client is told when nobody else is there. */
let expected: ReadonlyMap<number, Said>;

const running: { stop(): Promise<unknown> }[] = [];

beforeAll(async () => {
  server = await installLlamaServer();
  models = folderOfModels({ red: { seed: 1 }, blue: { seed: 2 } });
  expected = await askAlone();
});

afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop();
});

const modelOf = (client: number) => (client % 2 === 0 ? 'red' : 'blue');

it(
  'with affinity each load serves its eight, and nobody is disturbed by a swap',
  async () => {
    const slow = { isSlow: true };
    // Side by side, each with a router and a daemon of its own: what takes long here is by the clock.
    const [without, withIt] = await Promise.all([
      play({ mode: 'swap', affinity: { max_batch: 1 } }, slow),
      play({ mode: 'swap' }, slow),
    ]);
    for (const { story, orders, chats } of [without, withIt]) {
      expect(story.mostAtOnce).toBe(1);
      expect(story.disturbed).toEqual([]);
      expect(answersIn(story)).toBe(REQUESTS);
      expect(startedDuring(orders, chats)).toEqual([]);
    }
    // A model with work goes after eight answers or half a minute; at the end of its work each goes once more.
    const loadsMax = 2 + REQUESTS / BATCH_MAX + withIt.tookS / HOLD_MAX_S;
    expect(loadsOf(withIt)).toBeLessThanOrEqual(loadsMax);
    // Else the five seconds that every model stays would serve eight as well, and there were nothing to compare.
    expect(shortestS(without.chats)).toBeGreaterThanOrEqual(ANSWER_MIN_S);
    const perLoadMax = 1 + Math.floor(RESIDENCY_MIN_S / ANSWER_MIN_S);
    expect(loadsOf(without)).toBeGreaterThanOrEqual(Math.ceil(REQUESTS / perLoadMax));
    expect(loadsOf(withIt)).toBeLessThan(loadsOf(without));
    tell('swap with affinity', withIt);
    tell('swap with max_batch: 1', without);
  },
  TEST_TIMEOUT_MS,
);

it(
  'in order of arrival, where the router swaps by itself, most answers cost a load',
  async () => {
    const run = await play({ mode: 'serial' }, { modelsMax: 1 });
    expect(answersIn(run.story)).toBe(REQUESTS);
    expect(loadsOf(run)).toBeGreaterThan(REQUESTS / 2);
    tell('serial, swapped by the router', run);
  },
  TEST_TIMEOUT_MS,
);

/** All clients at once, each with one question after the other for its model; checks what each of them is told. */
async function play(group: object, options: RouterOptions): Promise<Run> {
  const router = await started(startLlamaRouter(server, models, options));
  const proxy = await startRecordingProxy(router.url);
  running.push({ stop: () => proxy.close() });
  const gateway = await started(startGateway({ config: configFor(proxy.url, group) }));
  const beganMs = performance.now();
  const told = await Promise.all(Array.from({ length: CLIENTS }, (_, client) => askInTurn(gateway, client)));
  const tookS = (performance.now() - beganMs) / 1000;
  for (const [client, answers] of told.entries()) {
    expect(answers).toEqual(Array.from({ length: ROUNDS }, () => expected.get(client)));
  }
  await gateway.stop();
  await router.stop();
  return { story: readRouterRecords(router.lines), tookS, ...sorted(proxy) };
}

async function started<One extends LlamaRouter | RunningGateway>(starting: Promise<One>): Promise<One> {
  const one = await starting;
  running.push(one);
  return one;
}

function configFor(url: string, group: object) {
  return {
    apps: [{ app_id: 'lab', name: 'Lab' }],
    backends: {
      sequence_groups: { gpu: { max_queue_wait_s: 600, ...group } },
      backends: [
        {
          type: 'llamacpp',
          name: 'router',
          base_url: `${url}/v1`,
          sequence_group: 'gpu',
          models: { red: {}, blue: {} },
        },
      ],
    },
  };
}

/** Clients come one by one, red and blue in turn, so that it is known in which order they stand. */
async function askInTurn(gateway: RunningGateway, client: number): Promise<Said[]> {
  const sdk = sdkFor(`${gateway.baseUrl}/v1`, gateway.key);
  await new Promise((resolve) => setTimeout(resolve, client * 40));
  const answers: Said[] = [];
  for (let round = 0; round < ROUNDS; round++) answers.push(await ask(sdk, client));
  return answers;
}

function sdkFor(baseURL: string, apiKey: string): OpenAI {
  return new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: 600_000 });
}

/** Every third client wants its answer whole, the others as a stream. */
async function ask(sdk: OpenAI, client: number): Promise<Said> {
  const asked = {
    model: modelOf(client),
    messages: [{ role: 'user' as const, content: `Client ${client} asks: where is the green river?` }],
    max_tokens: TOKENS,
    temperature: 0,
    ignore_eos: true,
  };
  if (client % 3 === 0) {
    const { choices } = await sdk.chat.completions.create(asked);
    return { text: choices[0]?.message.content ?? '', finishReason: choices[0]?.finish_reason ?? '' };
  }
  let text = '';
  let finishReason = '';
  for await (const { choices } of await sdk.chat.completions.create({ ...asked, stream: true })) {
    text += choices[0]?.delta.content ?? '';
    finishReason = choices[0]?.finish_reason ?? finishReason;
  }
  return { text, finishReason };
}

/** Asked at the router itself, one after the other. */
async function askAlone(): Promise<Map<number, Said>> {
  const router = await startLlamaRouter(server, models);
  try {
    const sdk = sdkFor(`${router.url}/v1`, 'none');
    const told = new Map<number, Said>();
    for (let client = 0; client < CLIENTS; client++) told.set(client, await ask(sdk, client));
    expect(new Set([...told.values()].map(({ text }) => text)).size).toBe(CLIENTS);
    return told;
  } finally {
    await router.stop();
  }
}

function sorted({ journal }: RecordingProxy): Pick<Run, 'orders' | 'chats'> {
  const posted = (path: RegExp) =>
    journal.entries.filter(({ method, path: at }) => method === 'POST' && path.test(at));
  return { orders: posted(/^\/models\//), chats: posted(/\/chat\/completions$/) };
}

/** Answers that were under way while the router was told to load or to unload. */
function startedDuring(orders: readonly JournalEntry[], chats: readonly JournalEntry[]): string[] {
  return orders.flatMap((order) =>
    chats
      .filter(({ tReceivedFirstByte }) => tReceivedFirstByte <= endOf(order))
      .filter((chat) => endOf(chat) >= order.tReceivedFirstByte)
      .map(({ seq }) => `${seq} during ${order.path}`),
  );
}

const endOf = ({ tEnded }: JournalEntry) => tEnded ?? Number.POSITIVE_INFINITY;

const shortestS = (chats: readonly JournalEntry[]) =>
  Math.min(...chats.map((chat) => endOf(chat) - chat.tReceivedFirstByte)) / 1000;

const loadsOf = ({ story }: Run) => story.stays.length;

const answersIn = ({ stays }: RouterStory) => stays.reduce((sum, { answers }) => sum + answers, 0);

function tell(what: string, { story, tookS }: Run): void {
  const served = story.stays.map(({ model, answers }) => `${answers} ${model}`).join(', ');
  console.log(
    `${what}: ${story.stays.length} loads for ${REQUESTS} answers in ${tookS.toFixed(1)} s (${served})`,
  );
}
