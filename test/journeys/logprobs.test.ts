/** Who asks how probable the tokens were is told the same, whichever vendor's client asks and whichever backend answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { ALL_TELLING_ODDS, askOdds, heardOdds, type TellingOdds } from '../fake-upstream/heard-odds.ts';
import type { Odds } from '../fake-upstream/odds.ts';
import { everyBack } from '../support/every-back.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({ config: { backends: everyBack(upstream).map((back) => back.config) } });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const backs = everyBack({ url: '' }).map(({ dialect, model }) => [dialect, model] as const);
const telling = backs.filter(([dialect]) => !/^(anthropic|cohere)/.test(dialect));

async function ask(front: TellingOdds, model: string, stream: boolean, alternatives: number) {
  const { path, body } = askOdds(front, { model, text: 'Grüße, 👋', stream }, alternatives);
  return fetch(gateway.baseUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const words = ['You ', 'said: ', 'Grüße, ', '👋'];

/** The fake's odds for its four words. */
function expected(alternatives: number): Odds[] {
  return words.map((token, at) => {
    const logprob = -(at + 1) / 8;
    const other = { token: `${token}?`, logprob: logprob - 1 };
    return { token, logprob, likeliest: [{ token, logprob }, other].slice(0, alternatives) };
  });
}

describe.each(ALL_TELLING_ODDS)('a client that speaks %s', (front) => {
  it.each(telling)('is told what %s tells, whole and streamed', async (_dialect, model) => {
    for (const stream of [false, true]) {
      const answer = await ask(front, model, stream, 2);
      const text = await answer.text();
      expect([answer.status, heardOdds(front, text, stream)]).toEqual([200, expected(2)]);
      expect(answer.headers.get('x-sluice-warnings') ?? '').not.toContain('logprobs');
    }
  });

  it.each(backs.filter(([dialect]) => dialect.startsWith('cohere')))(
    'is told by %s what it can tell',
    async (_dialect, model) => {
      for (const stream of [false, true]) {
        const answer = await ask(front, model, stream, 0);
        expect(heardOdds(front, await answer.text(), stream)).toEqual(expected(0));
        expect((await ask(front, model, stream, 2)).status).toBe(400);
      }
    },
  );

  it('is refused by a backend that cannot tell', async () => {
    for (const stream of [false, true]) {
      const answer = await ask(front, 'claude-m', stream, 2);
      expect(answer.status).toBe(400);
      const body = await answer.text();
      expect(body).toContain('log probabilities');
      if (front.startsWith('openai')) {
        expect(JSON.parse(body)).toMatchObject({
          error: {
            code: 'unsupported_parameter',
            param: front === 'openai-responses' ? 'top_logprobs' : 'logprobs',
          },
        });
      }
    }
  });
});
