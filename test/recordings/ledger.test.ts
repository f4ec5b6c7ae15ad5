/** What the ledger books of a recorded answer, passed through or translated: the counts of the backend? */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { foldRecording } from './fold-recording.ts';
import type { FoldedUsage } from './folds/fold.ts';
import { allFronts, completionFronts } from './fronts/all-fronts.ts';
import { askFront, type Front } from './fronts/front.ts';
import type { Recording } from './recording.ts';
import { type ReplayingGateway, startReplayingGateway } from './replaying-gateway.ts';
import { talkingRecordings } from './talking-recordings.ts';

const AT_ONCE = 8;

let house: ReplayingGateway;
/** By request id, what was asked and what must be booked. */
const booked = new Map<string, { readonly name: string; readonly usage: FoldedUsage }>();

beforeAll(async () => {
  house = await startReplayingGateway();
  const counted = talkingRecordings.filter(({ isBroken }) => !isBroken);
  for (let at = 0; at < counted.length; at += AT_ONCE) {
    const batch = counted.slice(at, at + AT_ONCE);
    await Promise.all(
      batch.flatMap((recording) => frontsFor(recording).map((front) => askAndNote(recording, front))),
    );
  }
});
afterAll(() => house?.stop());

const [, chatStreamed] = allFronts;

/** Once in its own words, once in those of another. */
function frontsFor({ dialect, form }: Recording): Front[] {
  const own = [...allFronts, ...completionFronts].find(
    (front) => front.dialect === dialect && front.form === form,
  );
  const other = dialect === 'openai-completions' ? undefined : chatStreamed;
  return [own, other].filter((front) => front !== undefined);
}

async function askAndNote(recording: Recording, front: Front): Promise<void> {
  const { usage } = foldRecording(recording);
  const { requestId } = await askFront(front, house.gateway, `rec-${recording.id}`);
  if (usage) booked.set(requestId, { name: `${recording.id} through ${front.name}`, usage });
}

it('has the counts of every answer that told them', async () => {
  const rowsOf = () => house.gateway.ledgerRows().filter((row) => booked.has(String(row['request_id'])));
  expect(booked.size).toBeGreaterThan(400);
  await waitFor('the ledger', () => rowsOf().length >= booked.size);
  const given: Record<string, object> = {};
  const expected: Record<string, object> = {};
  for (const row of rowsOf()) {
    const { name, usage } = booked.get(String(row['request_id'])) ?? { name: '', usage: undefined };
    given[name] = {
      input: Number(row['prompt_tokens']),
      output: Number(row['completion_tokens']),
      cached: Number(row['cached_tokens'] ?? 0),
    };
    expected[name] = { input: usage?.input, output: usage?.output, cached: usage?.cached };
  }
  expect(given).toEqual(expected);
});
