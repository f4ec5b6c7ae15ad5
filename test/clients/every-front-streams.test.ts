/** Nothing is held back and nobody works for a client that left: every surface before every kind of backend. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../fake-upstream/journal.ts';
import { everyBack } from '../support/every-back.ts';
import { waitFor } from '../support/wait-for.ts';
import { ClientHouse } from './client-house.ts';
import { everyFront } from './every-front.ts';

let house: ClientHouse;

beforeAll(async () => {
  house = await ClientHouse.open();
});

afterAll(() => house?.close());

/** How many chunks a backend sends until its first word is out: what comes before is its own ceremony. */
const CHUNKS_UNTIL_FIRST_WORD: Readonly<Record<string, number>> = {
  'openai-chat': 2,
  'openai-responses': 5,
  'anthropic-messages': 4,
  'gemini-generate': 1,
  'ollama-chat': 1,
  'cohere-chat': 3,
  azure: 3,
};

const backs = everyBack({ url: '' }).map(({ dialect, model }) => [dialect, model] as const);

describe.each(everyFront.map((front) => [front.name, front] as const))('by %s', (name, front) => {
  /** The mark is a knob that does nothing here: it tells this test's request from those of others. */
  const marked = (model: string, knobs: string) => `${model}!${knobs}!message=${name.replaceAll(' ', '-')}`;
  const ask = (model: string) => {
    const { path, body } = front.question({ model, text: 'x', stream: true });
    return house.stream(path, body);
  };
  const entryOf = (model: string) =>
    waitFor('the upstream to be asked', () => house.asked.find((entry) => entry.model === model));

  it.concurrent.each(backs)(
    'the first word of %s is passed on while it has said no second',
    async (dialect, model) => {
      const asked = marked(model, `words=9!stall-after=${CHUNKS_UNTIL_FIRST_WORD[dialect]}`);
      const stream = await ask(asked);
      await waitFor('the first word', () => front.heard(stream.text).trim() === 'one');
      const entry = await entryOf(asked);
      expect(entry.outcome).toBe('open');
      await expectLetGo(entry, stream.abort());
    },
  );

  it.concurrent.each(backs)(
    'a client that leaves before the first word of %s is noticed',
    async (_dialect, model) => {
      const asked = marked(model, 'think=20000');
      const { path, body } = front.question({ model: asked, text: 'x', stream: true });
      const gone = new AbortController();
      const answer = fetch(house.gateway.baseUrl + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${house.gateway.key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: gone.signal,
      }).catch((thrown: Error) => thrown.name);
      const entry = await entryOf(asked);
      gone.abort();
      const leftAt = performance.timeOrigin + performance.now();
      expect(await answer).toBe('AbortError');
      await expectLetGo(entry, leftAt);
    },
  );
});

async function expectLetGo(entry: JournalEntry, leftAt: number): Promise<void> {
  await waitFor('the upstream to be let go', () => entry.outcome !== 'open');
  expect(entry.outcome).toBe('aborted-by-peer');
  expect((entry.tEnded ?? Number.POSITIVE_INFINITY) - leftAt).toBeLessThan(1000);
}
