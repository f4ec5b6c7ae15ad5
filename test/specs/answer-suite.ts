/** Every answer, whole and streamed, of some fronts before every back, against the document of the fronts' vendor. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { everyBack } from '../support/every-back.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type AnswerCase, answerCases, brokenStreams, type Wish } from './answer-cases.ts';
import { type Asking, ask, complaintsAbout, type Expected, hasFailed } from './asking.ts';
import type { Check } from './validators.ts';

export interface Front {
  readonly name: string;
  /** The dialects of backs whose answers pass as they are, mistakes and all. */
  readonly passed: readonly string[];
  readonly whole: Expected;
  readonly stream: Expected;
  /** A refusal before the first event has the same form for both. */
  readonly refusal: Check;
  asking(model: string, wish: Wish | undefined, isStream: boolean): Asking;
}

export interface House {
  readonly gateway: RunningGateway;
  readonly upstream: FakeUpstream;
}

export const backs = everyBack({ url: '' }).map(({ dialect, model }) => [dialect, model] as const);

/** A gateway with every back, and one for pictures and plain completions; started before the tests of this file. */
export function houseOfEveryBack(): () => House {
  let house: House | undefined;
  beforeAll(async () => {
    const upstream = await startFakeUpstream();
    const pictures = {
      name: 'pictures',
      type: 'openai-compatible',
      base_url: `${upstream.url}/v1`,
      supports: { images: ['draw-m'], completions: ['old-m', 'old-m!*'] },
    };
    const backends = [...everyBack(upstream).map((back) => back.config), pictures];
    house = { upstream, gateway: await startGateway({ config: { backends } }) };
  });
  afterAll(async () => {
    await house?.gateway.stop();
    await house?.upstream.close();
  });
  return () => {
    if (!house) throw new Error('the gateway has not started');
    return house;
  };
}

export function describeAnswers(fronts: readonly Front[], house: () => House): void {
  describe.each(fronts)('$name', (front) => {
    describe.each(backs)('in front of %s', (dialect, back) => {
      it.each(answerCases.filter((each) => !(each.isOffTheBook && front.passed.includes(dialect))))(
        '$name',
        async (answerCase) => {
          const problems = [
            ...(await problemsWith(house(), front, back, answerCase, false)),
            ...(await problemsWith(house(), front, back, answerCase, true)),
          ];
          expectNone(problems);
        },
      );

      it.each(brokenStreams)('$name', async (broken) => {
        const failure: AnswerCase = { ...broken, expects: 'failure' };
        const problems = await problemsWith(house(), front, back, failure, true);
        expectNone(problems);
      });
    });
  });
}

/** Said with the complaints in the message, where every report shows them whole. */
export function expectNone(complaints: readonly string[]): void {
  expect(complaints, complaints.join('\n')).toEqual([]);
}

async function problemsWith(
  { gateway }: House,
  front: Front,
  back: string,
  { scenario, wish, expects }: AnswerCase,
  isStream: boolean,
): Promise<readonly string[]> {
  const model = scenario === '' ? back : `${back}!${scenario}`;
  const expected = isStream ? front.stream : front.whole;
  const answered = await ask(gateway, front.asking(model, wish, isStream), expected.framing);
  const isRefused = answered.status >= 400;
  const complaints = complaintsAbout(answered, isRefused ? { ...expected, error: front.refusal } : expected);
  const isFailed = hasFailed(answered);
  const surprises = [
    ...(expects === 'answer' && isFailed ? [`failed: ${told(answered.payloads.at(-1))}`] : []),
    ...(expects === 'failure' && !isFailed ? ['told as a success'] : []),
  ];
  return [...surprises, ...complaints].map((line) => `${isStream ? 'stream' : 'whole'}: ${line}`);
}

function told(payload: unknown): string {
  return JSON.stringify(payload).slice(0, 300);
}
