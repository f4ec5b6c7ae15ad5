/** What a client of every front asks, as it arrives at a backend of every wire format: is it the same question? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireFormat } from './recording.ts';
import { type ReplayingGateway, startReplayingGateway } from './replaying-gateway.ts';
import { foldRequest } from './requests/fold-request.ts';
import {
  limitInEvery,
  type RichRequest,
  richRequests,
  saidInEvery,
  stopInEvery,
  temperatureInEvery,
  toolsInEvery,
} from './requests/rich-requests.ts';

let house: ReplayingGateway;

beforeAll(async () => {
  house = await startReplayingGateway();
});
afterAll(() => house?.stop());

/** An ordinary whole answer of each wire format a backend may speak. */
const backends: readonly (readonly [WireFormat, string])[] = [
  ['openai-chat', 'openai-chat--made-length-whole'],
  ['openai-responses', 'openai-responses--made-length-whole'],
  ['anthropic-messages', 'anthropic-messages--made-length-whole'],
  ['gemini-generate', 'gemini-generate--made-length-whole'],
  ['ollama-chat', 'ollama-chat--made-length-whole'],
  ['cohere-chat', 'cohere-chat--made-length-whole'],
];

const stopFor = (request: RichRequest, dialect: WireFormat) =>
  request.hasStop && dialect !== 'openai-responses' ? stopInEvery : [];

function send(request: RichRequest, id: string, stop: readonly string[]): Promise<Response> {
  const model = `rec-${id}`;
  return fetch(house.gateway.baseUrl + request.path(model), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${house.gateway.key}`,
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
    },
    body: JSON.stringify(request.body(model, stop)),
  });
}

async function ask(request: RichRequest, dialect: WireFormat, id: string) {
  const response = await send(request, id, stopFor(request, dialect));
  const text = await response.text();
  expect(response.status, text.slice(0, 300)).toBe(200);
  return {
    warnings: response.headers.get('x-sluice-warnings') ?? '',
    body: house.replay.lastBodies.get(id),
  };
}

const pairs = richRequests.flatMap((request) =>
  backends.map(([dialect, id]) => [request.dialect, dialect, id, request] as const),
);

describe('a talk with everything in it', () => {
  it.each(pairs)('asked through %s arrives at %s as it was meant', async (_front, dialect, id, request) => {
    const { body, warnings } = await ask(request, dialect, id);
    const asked = foldRequest(dialect, body);
    expect(asked.said).toEqual(saidInEvery);
    expect(asked.tools).toEqual(toolsInEvery);
    expect(asked.limit).toBe(limitInEvery);
    // What a backend cannot be asked is told to the client.
    if (!warnings.includes('temperature')) expect(asked.temperature).toBe(temperatureInEvery);
    expect(asked.stop).toEqual(stopFor(request, dialect));
  });

  it.each(pairs)('asked through %s twice is the same bytes to %s', async (_front, dialect, id, request) => {
    const first = JSON.stringify((await ask(request, dialect, id)).body);
    const second = JSON.stringify((await ask(request, dialect, id)).body);
    expect(second).toBe(first);
  });

  it.each(pairs.filter(([front, dialect]) => front !== dialect))(
    'asked through %s takes no foreign signature to %s',
    async (_front, dialect, id, request) => {
      expect(JSON.stringify((await ask(request, dialect, id)).body)).not.toContain('c2lnbmF0dXJl');
    },
  );

  it.each(
    richRequests.filter(({ hasStop }) => hasStop).map((request) => [request.dialect, request] as const),
  )('asked through %s is refused where a stop text cannot be asked for', async (_front, request) => {
    const response = await send(request, 'openai-responses--made-length-whole', stopInEvery);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('stop');
  });

  it.each(pairs.filter(([front, dialect]) => front === dialect && /anthropic|gemini/.test(front)))(
    'asked through %s keeps the signature for %s, who made it',
    async (_front, dialect, id, request) => {
      expect(JSON.stringify((await ask(request, dialect, id)).body)).toContain('c2lnbmF0dXJl');
    },
  );
});
