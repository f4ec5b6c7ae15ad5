/** A function at Modal that completes a text, asked by clients of several dialects (row 002-5). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  const backend = (name: string, path: string) => ({
    type: 'modal',
    name,
    base_url: `${upstream.url}${path}`,
    models: [name],
  });
  gateway = await startGateway({
    config: {
      backends: [
        backend('newer', '/fn'),
        backend('whole-address', '/fn/completion'),
        backend('older', '/in-query'),
        backend('oldest', '/in-the-query'),
        { ...backend('patient', '/fn'), quirks: { lenient: true } },
        { ...backend('hasty', '/fn'), timeouts: { first_byte_s: 0.3 } },
      ],
    },
  });
});

afterEach(() => upstream.setScenario(''));

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function ask(path: string, body: object) {
  upstream.journal.clear();
  const answer = await fetch(gateway.baseUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify(body),
  });
  return { answer, body: (await answer.json()) as Record<string, never> };
}

const talk = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Hello' },
  { role: 'user', content: 'Who are you?' },
];
const prompt = 'System: Be brief.\nUser: Hi\nAssistant: Hello\nUser: Who are you?\nAssistant:';
/** The fake repeats what it was told. */
const said = `You said: ${prompt}`;
const works = () => upstream.journal.entries.filter(({ method }) => method === 'POST');

describe('a talk', () => {
  it.each(['newer', 'whole-address'])('goes to %s as one text', async (model) => {
    const { body } = await ask('/v1/chat/completions', { model, messages: talk });
    expect(body).toMatchObject({ choices: [{ message: { role: 'assistant', content: said } }] });
    expect(works()).toMatchObject([{ path: '/fn/completion', sent: { prompt, stream: false } }]);
  });

  it.each([
    ['older', '/in-query'],
    ['oldest', '/in-the-query'],
  ])('goes to %s in the query, once it has refused a body', async (model, path) => {
    const { body } = await ask('/v1/chat/completions', { model, messages: talk });
    expect(body).toMatchObject({ choices: [{ message: { content: said } }] });
    const [first, second] = works();
    expect(first?.path).toBe(`${path}/completion`);
    const url = new URL(second?.path ?? '', upstream.url);
    expect(url.pathname).toBe(`${path}/completion`);
    expect(JSON.parse(url.searchParams.get('request') ?? '')).toEqual({ prompt, stream: false });
  });

  it('may be answered as OpenAI’s chat does, as far as its first message', async () => {
    const messages = [{ role: 'user', content: 'answer as a message' }];
    const { body } = await ask('/v1/chat/completions', { model: 'newer', messages });
    expect(body).toMatchObject({
      choices: [{ message: { content: 'You said: User: answer as a message\nAssistant:' } }],
    });
  });

  it('of a client of Anthropic’s is answered as Anthropic does', async () => {
    const { body } = await ask('/v1/messages', { model: 'newer', max_tokens: 9, messages: talk.slice(1, 2) });
    expect(body).toMatchObject({
      type: 'message',
      content: [{ type: 'text', text: 'You said: User: Hi\nAssistant:' }],
    });
  });
});

it('a text to complete goes as it is, several one after another', async () => {
  const { body } = await ask('/v1/completions', { model: 'newer', prompt: ['Once', 'Twice'] });
  expect(body).toMatchObject({ choices: [{ text: 'You said: Once' }, { text: 'You said: Twice' }] });
  expect(works().map(({ sent }) => sent?.prompt)).toEqual(['Once', 'Twice']);
});

describe('what a text cannot say', () => {
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];

  it('is told, where it would only nudge the answer', async () => {
    const wishes = { model: 'newer', messages: talk, temperature: 1, max_completion_tokens: 9 };
    const { answer } = await ask('/v1/chat/completions', wishes);
    expect(answer.headers.get('x-sluice-warnings')).toContain('dropped;param=temperature');
    expect(answer.headers.get('x-sluice-warnings')).toContain('dropped;param=max_completion_tokens');
  });

  it('is refused, where it would be another answer without', async () => {
    const { answer, body } = await ask('/v1/chat/completions', { model: 'newer', messages: talk, tools });
    expect(answer.status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'unsupported_parameter', param: 'tools' } });
    expect(works()).toEqual([]);
  });

  it('is left out where the operator is lenient', async () => {
    const { answer } = await ask('/v1/chat/completions', { model: 'patient', messages: talk, tools });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-sluice-warnings')).toContain('dropped;param=tools');
  });
});

describe('a function that fails', () => {
  const messages = talk.slice(1, 2);

  it.each([
    ['newer', 'status=500', 502, 'upstream_error'],
    ['newer', 'status=503', 503, 'no_healthy_backend'],
    ['hasty', 'stall-before-headers', 504, 'upstream_timeout'],
  ])(
    '%s, by %s, keeps the status of an error, and it is told that it may not have been up yet',
    async (model, scenario, status, code) => {
      upstream.setScenario(scenario);
      const { answer, body } = await ask('/v1/chat/completions', { model, messages });
      expect(answer.status).toBe(status);
      expect(body).toMatchObject({ error: { code, message: expect.stringContaining('cold start') } });
    },
  );

  it('is told nothing of the kind where it was up', async () => {
    for (const scenario of ['status=401', 'status=400']) {
      upstream.setScenario(scenario);
      const { answer, body } = await ask('/v1/chat/completions', { model: 'newer', messages });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(body).toMatchObject({ error: { message: expect.not.stringContaining('cold start') } });
    }
  });
});
