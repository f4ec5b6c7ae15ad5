/** The odds of tokens are the same in every dialect that can tell them, whole and streamed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';
import { eventsIn } from './heard.ts';
import { ALL_TELLING_ODDS, askOdds, heardOdds } from './heard-odds.ts';
import { send } from './hearing.ts';
import { objectIn, parseObject } from './json.ts';

let fake: FakeUpstream;

beforeAll(async () => {
  fake = await startFakeUpstream();
});

afterAll(() => fake.close());

const post = async (path: string, body: object) =>
  (await fetch(fake.url + path, { method: 'POST', body: JSON.stringify(body) })).text();

const two = [
  {
    token: 'one ',
    logprob: -0.125,
    likeliest: [
      { token: 'one ', logprob: -0.125 },
      { token: 'one ?', logprob: -1.125 },
    ],
  },
  {
    token: 'two',
    logprob: -0.25,
    likeliest: [
      { token: 'two', logprob: -0.25 },
      { token: 'two?', logprob: -1.25 },
    ],
  },
];

describe.each(ALL_TELLING_ODDS)('%s', (talking) => {
  it.each([false, true])('tells them when asked, streamed: %s', async (stream) => {
    const { path, body } = askOdds(talking, { model: 'm!words=2', text: 'x', stream }, 2);
    expect(heardOdds(talking, await post(path, body), stream)).toEqual(two);
  });

  it.each([false, true])('tells no alternatives unasked, streamed: %s', async (stream) => {
    const { path, body } = askOdds(talking, { model: 'm!words=2', text: 'x', stream }, 0);
    const alone = two.map((odds) => ({ ...odds, likeliest: [] }));
    expect(heardOdds(talking, await post(path, body), stream)).toEqual(alone);
  });

  it.each([false, true])('says nothing of them unasked, streamed: %s', async (stream) => {
    const answer = await send(fake, talking, { model: 'm!words=2', text: 'x', stream });
    expect(heardOdds(talking, await answer.text(), stream)).toEqual([]);
  });
});

it("Responses tell all of them once more at a part's end", async () => {
  const { path, body } = askOdds('openai-responses', { model: 'm!words=2', text: 'x', stream: true }, 2);
  const last = eventsIn(await post(path, body)).at(-1) ?? {};
  expect(heardOdds('openai-responses', JSON.stringify(objectIn(last.response)), false)).toEqual(two);
});

it('Cohere tells them without alternatives, text by text', async () => {
  const body = { model: 'm!words=2', messages: [{ role: 'user', content: 'x' }], logprobs: true };
  const items = [
    { text: 'one ', logprobs: [-0.125] },
    { text: 'two', logprobs: [-0.25] },
  ];
  expect(parseObject(await post('/v2/chat', body))).toMatchObject({ logprobs: items });
  const events = eventsIn(await post('/v2/chat', { ...body, stream: true }));
  expect(events.flatMap(({ logprobs }) => (logprobs === undefined ? [] : [logprobs]))).toMatchObject(items);
});
