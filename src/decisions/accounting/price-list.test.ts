import { describe, expect, it } from 'vitest';
import type { ModelPrice } from '../../config/config.ts';
import { HandMovedClock } from '../../model/clock.ts';
import { type PricedBackend, PriceList } from './price-list.ts';

const at = (promptPerMillion: number): ModelPrice => ({
  promptPerMillion,
  completionPerMillion: 0,
  cachedPromptPerMillion: undefined,
  perImage: 0,
  perRequest: 0,
});
const cloud: PricedBackend = {
  type: 'openai',
  baseUrl: undefined,
  cost: undefined,
  useBundledList: true,
  isFree: false,
};
const priceList = () => new PriceList(new HandMovedClock(Date.UTC(2026, 10, 20)));

describe('a configured price', () => {
  const models = new Map([
    ['gpt-4o', at(1)],
    ['llama3', at(2)],
    ['exact:llama3', at(3)],
  ]);
  const backend = { ...cloud, cost: { currency: 'eur', default: at(9), models } };

  it.each([
    ['gpt-4o', 1],
    ['ollama:llama3', 2],
    ['exact:llama3', 3],
    ['llama3:70b', 9],
    ['unheard-of', 9],
  ])('of %s is found in the order of row 000-40', (model, promptPerMillion) => {
    expect(priceList().priceFor(backend, model)).toMatchObject({ promptPerMillion, currency: 'eur' });
  });

  it('comes before the bundled list, which fills the gaps', () => {
    const prices = priceList();
    const partly = { ...backend, cost: { ...backend.cost, default: undefined } };
    expect(prices.priceFor(partly, 'gpt-4o')?.promptPerMillion).toBe(1);
    expect(prices.priceFor(partly, 'gpt-4o-mini')).toMatchObject({ promptPerMillion: 0.15, currency: 'usd' });
  });
});

describe('the bundled list', () => {
  it('knows the price with cached tokens, by the type or the address of the backend', () => {
    const known = { promptPerMillion: 2.5, cachedPromptPerMillion: 1.25, completionPerMillion: 10 };
    expect(priceList().priceFor(cloud, 'gpt-4o')).toMatchObject(known);
    const byAddress = { ...cloud, type: 'openai-compatible', baseUrl: 'https://api.deepseek.com/v1' };
    expect(priceList().priceFor(byAddress, 'deepseek-chat')?.promptPerMillion).toBeGreaterThan(0);
    expect(priceList().priceFor({ ...cloud, type: 'xai' }, 'grok-4')?.promptPerMillion).toBeGreaterThan(0);
  });

  it('knows dearer rates for long prompts', () => {
    const price = priceList().priceFor({ ...cloud, type: 'gemini' }, 'gemini-2.5-pro');
    expect(price?.longPrompts).toMatchObject([
      { overTokens: 200_000, promptPerMillion: 2.5, completionPerMillion: 15 },
    ]);
  });

  it('what answers in this house is free, which is a price, unless it was given another', () => {
    const inHouse = { ...cloud, useBundledList: false, isFree: true };
    expect(priceList().priceFor(inHouse, 'gpt-4o')).toMatchObject({
      promptPerMillion: 0,
      currency: undefined,
    });
    const cost = { currency: 'eur', default: at(9), models: new Map() };
    expect(priceList().priceFor({ ...inHouse, cost }, 'gpt-4o')).toMatchObject({ promptPerMillion: 9 });
  });

  it('is not asked for what runs on our own machine', () => {
    expect(priceList().priceFor({ ...cloud, useBundledList: false }, 'gpt-4o')).toBeUndefined();
  });

  it('never guesses: an unknown model or seller has no price, which is not 0', () => {
    expect(priceList().priceFor(cloud, 'unheard-of-7b')).toBeUndefined();
    const elsewhere = { ...cloud, type: 'acme', baseUrl: 'https://llm.acme.example/v1' };
    expect(priceList().priceFor(elsewhere, 'gpt-4o')).toBeUndefined();
  });

  it('can be loaded ahead', async () => {
    const prices = priceList();
    await prices.warm();
    expect(prices.priceFor(cloud, 'gpt-4o')).toBe(prices.priceFor(cloud, 'gpt-4o'));
  });
});
