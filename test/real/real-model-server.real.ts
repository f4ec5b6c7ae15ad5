/**
 * A real model server behind the gateway, asked by the official SDKs, old and new. The server computes one answer at a
 * time, breaks a running stream off when another request comes, knows no usage in streams and no base64 embeddings:
 * what a client gets here it gets thanks to the gateway.
 */
import OpenAI from 'openai';
import OpenAIv4 from 'openai-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overlaps } from '../fake-upstream/overlaps.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { LedgerRow } from '../support/ledger-rows.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { waitFor } from '../support/wait-for.ts';
import { installModelServer } from './install-model-server.ts';
import { type ModelServer, startModelServer } from './model-server.ts';

const CLIENTS = 6;
const TOKENS_MAX = 24;
const messages = [{ role: 'user' as const, content: 'Where is the green river?' }];

let server: ModelServer;
let proxy: RecordingProxy;
let gateway: RunningGateway;

beforeAll(async () => {
  server = await startModelServer(await installModelServer());
  proxy = await startRecordingProxy(server.url);
  gateway = await startGateway({ config: configFor(proxy.url) });
});

afterAll(async () => {
  await gateway?.stop();
  await proxy?.close();
  await server?.stop();
});

function configFor(url: string) {
  return {
    apps: [{ app_id: 'lab', name: 'Lab' }],
    backends: {
      sequence_groups: { gpu: { mode: 'serial' } },
      backends: [
        {
          type: 'openai-compatible',
          name: 'real',
          base_url: `${url}/v1`,
          sequence_group: 'gpu',
          supports: { chat: ['tiny'], completions: ['tiny'], embeddings: ['tiny-embed'] },
        },
      ],
    },
  };
}

const SDKS: readonly { name: string; open: () => OpenAI }[] = [
  { name: 'openai 6', open: () => new OpenAI(sdkOptions()) },
  // The calls used here are the same in both; only the types of the two packages are strangers to each other.
  { name: 'openai 4', open: () => new OpenAIv4(sdkOptions()) as unknown as OpenAI },
];

function sdkOptions() {
  return { baseURL: `${gateway.baseUrl}/v1`, apiKey: gateway.key, maxRetries: 0, timeout: 30_000 };
}

describe.each(SDKS)('$name through the gateway to a real server', ({ open }) => {
  it('lists the models', async () => {
    const ids = (await open().models.list()).data.map((model) => model.id);
    expect(ids).toEqual(expect.arrayContaining(['tiny', 'tiny-embed']));
  });

  it('chats whole; the ledger has the usage the server told', async () => {
    const before = gateway.ledgerRows().length;
    const answer = await open().chat.completions.create({ model: 'tiny', messages, max_tokens: TOKENS_MAX });
    expect(answer.choices[0]?.message.content?.length).toBeGreaterThan(10);
    const row = await newRow(before);
    expect(row).toMatchObject({
      app_id: 'lab',
      backend: 'real',
      model: 'tiny',
      prompt_tokens: answer.usage?.prompt_tokens,
      completion_tokens: answer.usage?.completion_tokens,
    });
  });

  it('chats streamed; the ledger counts what the server did not', async () => {
    const before = gateway.ledgerRows().length;
    const { text, finishReason } = await streamedChat(open());
    expect(text.length).toBeGreaterThan(10);
    expect(finishReason).toMatch(/length|stop/);
    const row = await newRow(before);
    expect(Number(row.prompt_tokens)).toBeGreaterThan(0);
    expect(Number(row.completion_tokens)).toBeGreaterThan(0);
  });

  it('completes whole and streamed', async () => {
    const asked = { model: 'tiny', prompt: 'the river', max_tokens: TOKENS_MAX };
    const whole = await open().completions.create(asked);
    expect(whole.usage?.completion_tokens).toBeGreaterThan(0);
    let text = '';
    for await (const chunk of await open().completions.create({ ...asked, stream: true })) {
      text += chunk.choices[0]?.text ?? '';
    }
    expect(text.length).toBeGreaterThan(10);
  });

  it('embeds: as floats, and as the base64 the SDK asks for by itself', async () => {
    const asked = { model: 'tiny-embed', input: ['the river', 'a house'] };
    const floats = await open().embeddings.create({ ...asked, encoding_format: 'float' });
    const byDefault = await open().embeddings.create(asked);
    expect(floats.data[0]?.embedding).toHaveLength(64);
    expect(byDefault.data).toHaveLength(2);
    for (const [at, { embedding }] of byDefault.data.entries()) {
      expect(embedding).toHaveLength(64);
      embedding.forEach((value, index) => {
        expect(value).toBeCloseTo(floats.data[at]?.embedding[index] ?? Number.NaN, 4);
      });
    }
  });

  it(`one at a time: ${CLIENTS} clients at once all get the whole of their answer`, async () => {
    const rowsBefore = gateway.ledgerRows().length;
    proxy.journal.clear();
    const answers = await Promise.all(Array.from({ length: CLIENTS }, () => streamedChat(open())));
    for (const { finishReason } of answers) expect(finishReason).toMatch(/length|stop/);
    const work = proxy.journal.entries.filter((entry) => entry.method === 'POST');
    expect(work).toHaveLength(CLIENTS);
    expect(overlaps(work)).toEqual([]);
    await waitFor('their rows', () => gateway.ledgerRows().length === rowsBefore + CLIENTS);
  });

  it('a client that leaves frees the server for the next one', async () => {
    proxy.journal.clear();
    const leaving = await open().chat.completions.create({
      model: 'tiny',
      messages,
      max_tokens: 400,
      stream: true,
    });
    for await (const _ of leaving) break;
    leaving.controller.abort();
    const { finishReason } = await streamedChat(open());
    expect(finishReason).toMatch(/length|stop/);
    expect(proxy.journal.entries[0]?.outcome).toBe('aborted-by-peer');
    expect(overlaps(proxy.journal.entries)).toEqual([]);
  });
});

it(`without the gateway the same server breaks the streams of ${CLIENTS} clients off`, async () => {
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0, timeout: 30_000 });
  const answers = await Promise.allSettled(Array.from({ length: CLIENTS }, () => streamedChat(client)));
  const whole = answers.filter((answer) => answer.status === 'fulfilled' && answer.value.finishReason !== '');
  expect(whole.length).toBeLessThan(CLIENTS);
});

async function streamedChat(client: OpenAI): Promise<{ text: string; finishReason: string }> {
  const asked = { model: 'tiny', messages, max_tokens: TOKENS_MAX, stream: true as const };
  let text = '';
  let finishReason = '';
  for await (const chunk of await client.chat.completions.create(asked)) {
    text += chunk.choices[0]?.delta.content ?? '';
    finishReason = chunk.choices[0]?.finish_reason ?? finishReason;
  }
  return { text, finishReason };
}

function newRow(before: number): Promise<LedgerRow> {
  return waitFor('a new row in the ledger', () => gateway.ledgerRows()[before]);
}
