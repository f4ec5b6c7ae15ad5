/** What each dialect says when the model, a filter or the door says no. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';
import { hear, send } from './hearing.ts';

let fake: FakeUpstream;

beforeAll(async () => {
  fake = await startFakeUpstream();
});

afterAll(() => fake.close());

describe('refusals', () => {
  const no = "I'm sorry, but I can't help with that.";

  it.each([
    ['openai-chat', { refusal: no, text: '', finish: 'stop' }],
    ['openai-completions', { text: no, finish: 'stop' }],
    ['openai-responses', { refusal: no, text: '', finish: 'completed' }],
    ['anthropic-messages', { text: '', finish: 'refusal' }],
    ['gemini', { text: '', finish: 'SAFETY' }],
    ['ollama-chat', { text: no, finish: 'stop' }],
    ['ollama-generate', { text: no, finish: 'stop' }],
  ] as const)('%s, by the model', async (talking, expected) => {
    expect(await hear(fake, talking, { text: 'hello', model: 'm!refusal' })).toMatchObject(expected);
  });

  it.each([
    ['openai-chat', 'content_filter'],
    ['openai-completions', 'content_filter'],
    ['openai-responses', 'content_filter'],
    ['anthropic-messages', 'refusal'],
    ['gemini', 'SAFETY'],
    ['ollama-chat', 'stop'],
  ] as const)('%s, by a filter in the middle', async (talking, finish) => {
    const heard = await hear(fake, talking, { model: 'm!refusal=filter!words=4' });
    expect(heard).toMatchObject({ text: 'one two ', finish });
  });

  it('of the prompt: an error at OpenAI, feedback without candidates at Gemini', async () => {
    for (const talking of ['openai-chat', 'openai-completions', 'openai-responses'] as const) {
      const answer = await send(fake, talking, { model: 'm!refusal=prompt' });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: 'invalid_prompt' } });
    }
    const gemini = await (await send(fake, 'gemini', { model: 'm!refusal=prompt' })).json();
    expect(gemini).toMatchObject({ promptFeedback: { blockReason: 'SAFETY' } });
    expect(gemini).not.toHaveProperty('candidates');
    expect(await hear(fake, 'gemini', { model: 'm!refusal=prompt' })).toMatchObject({ finish: 'SAFETY' });
    expect(await hear(fake, 'anthropic-messages', { model: 'm!refusal=prompt' })).toMatchObject({
      finish: 'refusal',
    });
  });

  it('of the prompt, where nothing but words can say it', async () => {
    expect(await hear(fake, 'ollama-chat', { model: 'm!refusal=prompt' })).toMatchObject({
      text: no,
      output: 8,
    });
  });

  it('Anthropic explains', async () => {
    const answer = await (await send(fake, 'anthropic-messages', { model: 'm!refusal' })).json();
    expect(answer).toMatchObject({ content: [], stop_details: { type: 'refusal', category: 'cyber' } });
  });
});
