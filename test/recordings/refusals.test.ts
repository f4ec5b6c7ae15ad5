/** Refusals as backends really worded them: every front keeps the status and the words, in an envelope of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, errorAt } from './folds/loose.ts';
import { allFronts } from './fronts/all-fronts.ts';
import { askFront } from './fronts/front.ts';
import type { WireFormat } from './recording.ts';
import { type ReplayingGateway, startReplayingGateway } from './replaying-gateway.ts';
import { talkingRecordings } from './talking-recordings.ts';

let house: ReplayingGateway;

beforeAll(async () => {
  house = await startReplayingGateway();
});
afterAll(() => house?.stop());

const envelopes: Partial<Record<WireFormat, (body: unknown, status: number) => boolean>> = {
  'openai-chat': (body) =>
    typeof at(body, 'error', 'type') === 'string' && at(body, 'error', 'param') !== undefined,
  'openai-responses': (body) => typeof at(body, 'error', 'type') === 'string',
  'anthropic-messages': (body) =>
    at(body, 'type') === 'error' && /_error$/.test(String(at(body, 'error', 'type'))),
  'gemini-generate': (body, status) =>
    at(body, 'error', 'code') === status && /^[A-Z_]+$/.test(String(at(body, 'error', 'status'))),
  'ollama-chat': (body) => typeof at(body, 'error') === 'string',
};

const refusals = talkingRecordings.filter(({ status }) => status !== 200);

describe.each(refusals.map((recording) => [recording.id, recording] as const))('%s', (id, recording) => {
  it.each(allFronts.map((front) => [front.name, front] as const))('through %s', async (_name, front) => {
    const heard = await askFront(front, house.gateway, `rec-${id}`);
    const body = heard.payloads[0];
    expect(heard.status).toBe(recording.status);
    expect(envelopes[front.dialect]?.(body, heard.status), JSON.stringify(body)).toBe(true);
    const words = errorAt(JSON.parse(recording.payloads[0] ?? '')) ?? '';
    if (recording.status === 400) expect(errorAt(body)).toContain(words);
  });
});
