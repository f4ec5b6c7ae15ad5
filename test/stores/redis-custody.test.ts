/** What replicas agree upon, at a real Redis: who has a card, under which number, and who is next. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { RedisCustody } from '../../src/storage/redis/redis-custody.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait-for.ts';

const TTL_MS = 400;

let redis: RunningRedis;
let open: RedisCustody[] = [];
let cards = 0;

beforeAll(async () => {
  redis = await startRedis();
});

afterEach(async () => {
  await Promise.all(open.map((store) => store.close()));
  open = [];
});

afterAll(() => redis.stop());

async function replica(name: string): Promise<RedisCustody> {
  const store = new RedisCustody({ url: new Secret(redis.url) }, name, TTL_MS);
  open.push(store);
  let isReady = false;
  store.onNews(() => {
    isReady = true;
  });
  await waitFor('it to be connected', () => isReady, { everyMs: 5 });
  return store;
}

const newCard = () => `card ${++cards}`;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('gives a card to one at a time, under a number that goes up with each change', async () => {
  const [one, two] = [await replica('one'), await replica('two')];
  const card = newCard();
  expect(await one.claim(card, 0)).toEqual({ isOurs: true, fence: 1 });
  expect(await two.claim(card, 9_999)).toMatchObject({ isOurs: false, heldBy: 'one' });
  await one.release(card, 1);
  expect(await two.claim(card, 9_999)).toEqual({ isOurs: true, fence: 2 });
});

it('says how long the card is not free at most, and frees it then', async () => {
  const [one, two] = [await replica('one'), await replica('two')];
  const card = newCard();
  await one.claim(card, 0);
  const claim = await two.claim(card, 0);
  const freeInMs = claim.isOurs ? 0 : (claim.freeInMs ?? 0);
  expect(freeInMs).toBeGreaterThan(0);
  expect(freeInMs).toBeLessThanOrEqual(TTL_MS);
  await sleep(freeInMs + 10);
  expect(await two.claim(card, 0)).toEqual({ isOurs: true, fence: 2 });
});

it('does not listen to who comes with an old number', async () => {
  const [one, two] = [await replica('one'), await replica('two')];
  const card = newCard();
  await one.claim(card, 0);
  await sleep(TTL_MS + 20);
  await two.claim(card, 0);
  expect(await one.renew(card, 1)).toEqual({ isOurs: false, heldBy: 'two' });
  await one.release(card, 1);
  expect(await two.renew(card, 2)).toEqual({ isOurs: true, rivalSeniorityMs: undefined });
});

it('tells the holder of the most senior elsewhere, and lets that one in first', async () => {
  const [one, two, three] = [await replica('one'), await replica('two'), await replica('three')];
  const card = newCard();
  await one.claim(card, 0);
  await two.claim(card, 1_000);
  await three.claim(card, 5_000);
  const renewal = await one.renew(card, 1);
  expect(renewal.isOurs && renewal.rivalSeniorityMs).toBeGreaterThanOrEqual(5_000);
  await one.release(card, 1);
  expect(await two.claim(card, 1_000)).toMatchObject({ isOurs: false, heldBy: 'three' });
  await three.withdraw(card);
  expect(await two.claim(card, 1_000)).toEqual({ isOurs: true, fence: 2 });
});

it('forgets who wanted the card and was not heard of since', async () => {
  const [one, two, dead] = [await replica('one'), await replica('two'), await replica('dead')];
  const card = newCard();
  await one.claim(card, 0);
  await dead.claim(card, 60_000);
  await one.release(card, 1);
  expect(await two.claim(card, 0)).toMatchObject({ isOurs: false, heldBy: 'dead' });
  await sleep(TTL_MS + 20);
  expect(await two.claim(card, 0)).toEqual({ isOurs: true, fence: 2 });
});

it('tells the others, and not the one who did it', async () => {
  const [one, two] = [await replica('one'), await replica('two')];
  const heard: string[] = [];
  one.onNews((news) => heard.push(`one: ${news.what} ${'card' in news ? news.card : ''}`));
  two.onNews((news) => heard.push(`two: ${news.what} ${'card' in news ? news.card : ''}`));
  const card = newCard();
  await one.claim(card, 0);
  await two.claim(card, 0);
  await waitFor('the holder to hear', () => heard.includes(`one: wanted ${card}`), { everyMs: 5 });
  expect(heard.filter((line) => line.startsWith('two'))).toEqual([]);
  await one.release(card, 1);
  await waitFor('the other to hear', () => heard.includes(`two: free ${card}`), { everyMs: 5 });
});

it('tells who is the next when whoever was to have a free card wants it no more, or not so much', async () => {
  const [one, two, three] = [await replica('one'), await replica('two'), await replica('three')];
  const heard: string[] = [];
  two.onNews((news) => heard.push(`${news.what} ${'card' in news ? news.card : ''}`));
  const card = newCard();
  await one.claim(card, 0);
  await three.claim(card, 9_000);
  await two.claim(card, 5_000);
  await one.release(card, 1);
  await waitFor('it to be told', () => heard.filter((line) => line === `free ${card}`).length === 1);
  expect(await two.claim(card, 5_000)).toMatchObject({ isOurs: false, heldBy: 'three' });
  // The most senior who waited there has left, another waits.
  expect(await three.claim(card, 1_000)).toMatchObject({ isOurs: false, heldBy: 'two' });
  await waitFor('it to be told', () => heard.filter((line) => line === `free ${card}`).length === 2);
  expect(await three.claim(card, 1_000)).toMatchObject({ isOurs: false, heldBy: 'two' });
  await three.withdraw(card);
  await waitFor('it to be told', () => heard.filter((line) => line === `free ${card}`).length === 3);
  expect(await two.claim(card, 5_000)).toEqual({ isOurs: true, fence: 2 });
});

it('keeps the card with who has it when the store forgets everything, and never counts back', async () => {
  const one = await replica('one');
  const card = newCard();
  await one.claim(card, 0);
  await one.release(card, 1);
  await one.claim(card, 0);
  await redis.stop();
  await expect(one.renew(card, 2)).rejects.toThrow();
  await redis.startAgain();
  await waitFor('it to be back', () =>
    one.renew(card, 2).then(
      ({ isOurs }) => isOurs,
      () => false,
    ),
  );
  const two = await replica('two');
  expect(await two.claim(card, 0)).toMatchObject({ isOurs: false, heldBy: 'one' });
  await one.release(card, 2);
  expect(await two.claim(card, 0)).toEqual({ isOurs: true, fence: 3 });
});

it('says within seconds that the store does not answer', async () => {
  const one = await replica('one');
  redis.signal('SIGSTOP');
  try {
    const startedMs = performance.now();
    await expect(one.claim(newCard(), 0)).rejects.toThrow();
    expect(performance.now() - startedMs).toBeLessThan(4_000);
  } finally {
    redis.signal('SIGCONT');
  }
});
