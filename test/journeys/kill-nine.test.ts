/** Once a client has its last byte, its entry survives `kill -9`: twenty kills under load, and every answer counted. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

const KILLS = 20;

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      backends: [
        {
          type: 'openai-compatible',
          name: 'fake',
          base_url: `${upstream.url}/v1`,
          supports: { chat: ['m*'] },
        },
      ],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

/** Asks on and on until the gateway dies; answers the ids of all answers that came in completely. */
async function askUntilItDies(isStream: boolean): Promise<string[]> {
  const received: string[] = [];
  for (;;) {
    const id = randomUUID();
    try {
      const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.key}`, 'x-request-id': id },
        body: JSON.stringify({
          model: 'm!words=3',
          stream: isStream,
          messages: [{ role: 'user', content: 'Hi' }],
        }),
      });
      const text = await answer.text();
      if (isStream ? text.includes('[DONE]') : text.includes('"choices"')) received.push(id);
    } catch {
      return received;
    }
  }
}

it(`loses nothing over ${KILLS} kills`, async () => {
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const asking = Array.from({ length: 8 }, (_, at) => askUntilItDies(at % 2 === 0));
    await new Promise((resolve) => setTimeout(resolve, 60 + Math.random() * 240));
    await gateway.kill9();
    acknowledged.push(...(await Promise.all(asking)).flat());
    await gateway.startAgain();
  }
  const counts = new Map<unknown, number>();
  for (const row of gateway.ledgerRows()) {
    counts.set(row['request_id'], (counts.get(row['request_id']) ?? 0) + 1);
  }
  // On a slow machine few are answered between two kills; a run without any would prove nothing.
  expect(acknowledged.length).toBeGreaterThan(KILLS);
  expect(acknowledged.filter((id) => counts.get(id) !== 1)).toEqual([]);
  console.log(`${acknowledged.length} answers received over ${KILLS} kills, each in the ledger once`);
}, 120_000);
