/** Two apps that ask for one model in different ways, at a runtime that loads a model anew when its options change. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

const backend = (models: object) => ({
  backends: [{ type: 'ollama', name: 'fake', base_url: upstream.url, models }],
});

beforeAll(async () => {
  upstream = await startFakeUpstream({ runtime: 'ollama' });
  gateway = await startGateway({ config: backend({ m: null }) });
});

beforeEach(() => {
  upstream.memory.residents.clear();
  upstream.memory.history.length = 0;
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function ask(path: string, body: object): Promise<Response> {
  const answer = await fetch(gateway.baseUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: 'm', stream: false, max_tokens: 9, ...body }),
  });
  await answer.arrayBuffer();
  expect(answer.status).toBe(200);
  return answer;
}

const messages = [{ role: 'user', content: 'Hi' }];
const chat = (num_ctx?: number, more: object = {}) =>
  ask('/api/chat', { messages, ...(num_ctx && { options: { num_ctx } }), ...more });

const loads = () => upstream.memory.history.map(({ options }) => options);

it('as they please, they have it loaded at every turn', async () => {
  await gateway.reload(backend({ m: null }));
  for (const num_ctx of [2048, 4096, 2048]) await chat(num_ctx);
  expect(loads()).toEqual([{ num_ctx: 2048 }, { num_ctx: 4096 }, { num_ctx: 2048 }]);
});

describe('with options pinned', () => {
  beforeAll(() => gateway.reload(backend({ m: { load_options: { num_ctx: 8192 } } })));

  it('it is loaded once, whoever asks for what, in whichever dialect', async () => {
    await chat();
    await chat(2048);
    await ask('/v1/chat/completions', { messages });
    await ask('/v1/chat/completions', { messages, num_ctx: 4096 });
    // Ollama has these two itself, and loads what it is asked for there as it likes.
    await ask('/v1/messages', { messages });
    await ask('/v1/responses', { input: 'Hi', max_tokens: undefined });
    await ask('/api/generate', { prompt: 'Hi', options: { num_ctx: 1024, seed: 1 } });
    await ask('/api/embed', { input: 'Hi' });
    expect(loads()).toEqual([{ num_ctx: 8192 }]);
  });

  it('who asked otherwise is told what became of it', async () => {
    const answer = await chat(2048, { keep_alive: 0 });
    expect(answer.headers.get('x-sluice-warnings')).toBe(
      'changed;param=options.num_ctx;reason=pinned_by_operator, dropped;param=keep_alive;reason=pinned_by_operator',
    );
    expect((await chat(8192)).headers.get('x-sluice-warnings')).toBeNull();
    const translated = await ask('/v1/chat/completions', { messages, num_ctx: 4096 });
    expect(translated.headers.get('x-sluice-warnings')).toContain('changed;param=num_ctx;');
  });

  it('what has nothing to do with loading passes', async () => {
    await ask('/api/chat', { messages, options: { temperature: 0.5, num_ctx: 1 } });
    expect(upstream.journal.entries.at(-1)?.sent?.options).toEqual({ num_ctx: 8192, temperature: 0.5 });
  });
});

it('under max a smaller number stays, under pass any', async () => {
  const m = { load_options: { num_ctx: 8192 }, load_options_policy: 'max' };
  await gateway.reload(backend({ m }));
  await chat(2048);
  await chat(99_999);
  await gateway.reload(backend({ m: { ...m, load_options_policy: 'pass' } }));
  await chat(99_999);
  expect(loads()).toEqual([{ num_ctx: 2048 }, { num_ctx: 8192 }, { num_ctx: 99_999 }]);
});
