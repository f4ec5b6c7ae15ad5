/** What backends really said, through every front there is: does the client hear the same? */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, metDeviations } from './compare-heard.ts';
import { expectedDeviations } from './expected-deviations.ts';
import { foldRecording } from './fold-recording.ts';
import type { Fold } from './folds/fold.ts';
import { allFronts, completionFronts } from './fronts/all-fronts.ts';
import { comparable } from './fronts/expected-fold.ts';
import { askFront, type Front } from './fronts/front.ts';
import type { Recording } from './recording.ts';
import { type ReplayingGateway, startReplayingGateway } from './replaying-gateway.ts';
import { talkingRecordings } from './talking-recordings.ts';

let house: ReplayingGateway;

beforeAll(async () => {
  house = await startReplayingGateway();
});
afterAll(() => house?.stop());

const fronts: readonly Front[] = [...allFronts, ...completionFronts];

describe('what a backend said reaches a client of every front', () => {
  it.each(talkingRecordings.map((recording) => [recording.id, recording] as const))(
    '%s',
    async (id, recording) => {
      const said = foldRecording(recording);
      const asked = fronts.filter((front) => canAsk(front, recording));
      const answers = await Promise.all(
        asked.map(async (front) => {
          const model = `rec-${id}`;
          const heard = await askFront(front, house.gateway, model, toolNamesOf(said));
          return [front.name, faultsOf(recording, said, front, heard, model)] as const;
        }),
      );
      const faulty = answers.filter(([, faults]) => faults.length > 0);
      expect(Object.fromEntries(faulty)).toEqual({});
    },
  );

  it('with no deviation in the table that nobody meets', () => {
    expect(expectedDeviations.filter((deviation) => !metDeviations.has(deviation))).toEqual([]);
  });
});

describe('however the bytes of a backend travel', () => {
  const small = talkingRecordings.filter(
    ({ payloads, status }) => payloads.join('').length < 8000 && status === 200,
  );
  const dressing = fc.uniqueArray(fc.constantFrom('crlf', 'cr', 'comments', 'no-space'), { maxLength: 3 });
  const cutting = fc.oneof(
    fc.constantFrom('whole', 'bytes'),
    fc.nat(1_000_000).map((seed) => `cuts-${seed}`),
  );
  const undisturbed = new Map<string, Promise<unknown>>();

  it('a client is told the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...small),
        fc.constantFrom(...allFronts),
        dressing,
        cutting,
        async (recording, front, dress, cut) => {
          const key = `${recording.id} ${front.name}`;
          if (!undisturbed.has(key)) undisturbed.set(key, told(recording, front, 'whole'));
          const disturbed = await told(recording, front, [...dress, cut].join('+'));
          expect(disturbed).toEqual(await undisturbed.get(key));
        },
      ),
      { numRuns: 150 },
    );
  });

  async function told(recording: Recording, front: Front, delivery: string): Promise<unknown> {
    const model = `rec-${recording.id}~${delivery}`;
    const names = toolNamesOf(foldRecording(recording));
    const { fold } = await askFront(front, house.gateway, model, names);
    // How much of a broken answer gets through before it breaks is a matter of luck.
    return fold.error === undefined ? comparable(fold, front.dialect) : 'failed';
  }
});

function toolNamesOf(fold: Fold): string[] {
  return [...new Set(fold.toolCalls.map(({ name }) => name))];
}

/** A text completion is asked of a backend that completes; and chats only of one that chats. */
function canAsk(front: Front, { dialect }: Recording): boolean {
  return front.dialect === 'openai-completions' || dialect !== 'openai-completions';
}
