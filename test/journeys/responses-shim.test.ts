/** The switches by which an operator says how the Responses API reaches a backend without it (predecessors 000-66). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClientHouse, type Section } from '../clients/client-house.ts';
import { type JsonObject, listIn, objectIn } from '../fake-upstream/json.ts';

const PIXEL = `data:image/png;base64,${'iVBORw0KGgo'.padEnd(400, 'A')}`;

let house: ClientHouse;

beforeAll(async () => {
  house = await ClientHouse.open({
    backends: (url) => [
      back(url, 'plain-m', undefined),
      back(url, 'off-m', { enabled: false }),
      back(url, 'native-m', { enabled: true, operation: 'responses' }),
      back(url, 'texts-m', { enabled: true, operation: 'completions' }, { completions: ['texts-m'] }),
      back(url, 'strict-m', { enabled: true, unsupported_tools_policy: 'reject' }),
      back(url, 'strip-m', { enabled: true, unsupported_tools_policy: 'silent_strip' }),
      back(url, 'first-m', { enabled: true, reorder_system_messages_to_front: true }),
      back(url, 'joined-m', {
        enabled: true,
        reorder_system_messages_to_front: true,
        coalesce_system_messages: true,
      }),
      back(url, 'seeing-m', {
        enabled: true,
        accepted_modalities: ['text', 'image'],
        max_attachment_bytes: 200,
      }),
      back(url, 'reading-m', { enabled: true, accepted_modalities: ['text'], max_attachment_bytes: null }),
    ],
  });
});

afterAll(() => house?.close());

beforeEach(() => house.upstream.journal.clear());

function back(url: string, model: string, shim: Section | undefined, more: Section = {}): Section {
  return {
    type: 'openai-compatible',
    name: `back-${model}`,
    base_url: `${url}/v1`,
    supports: { chat: [model], ...more },
    quirks: { dialects: ['openai-chat', 'openai-completions'] },
    ...(shim && { responses_shim: shim }),
  };
}

async function ask(model: string, more: Section = {}) {
  const answer = await house.post('/v1/responses', { model, input: 'Hi', store: false, ...more });
  return { status: answer.status, body: (await answer.json()) as JsonObject, headers: answer.headers };
}

async function sentFor(model: string, more: Section = {}) {
  const { status, body, headers } = await ask(model, more);
  expect(status, JSON.stringify(body)).toBe(200);
  const sent = house.lastAsked.sent ?? {};
  return { sent, messages: listIn(sent.messages).map(objectIn), headers };
}

async function refusalOf(model: string, more: Section = {}) {
  const { status, body } = await ask(model, more);
  expect(house.asked).toEqual([]);
  const { code, param, message } = objectIn(body.error);
  return { status, code, param, message };
}

const talk = [
  { role: 'user', content: 'One' },
  { role: 'developer', content: 'Be brief.' },
  { role: 'user', content: 'Two' },
];
const hosted = { tools: [{ type: 'web_search' }], tool_choice: 'auto' };
const seen = (url: string) => ({
  input: [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'What?' },
        { type: 'input_image', image_url: url },
      ],
    },
  ],
});

describe('the operation', () => {
  it('is the chat where nothing is said', async () => {
    await sentFor('plain-m');
    expect(house.lastAsked.path).toBe('/v1/chat/completions');
  });

  it('is the completion where that is said', async () => {
    const { sent } = await sentFor('texts-m');
    expect(house.lastAsked.path).toBe('/v1/completions');
    expect(sent.prompt).toBe('Hi');
  });

  it.each(['off-m', 'native-m'])('is none for %s: nothing is sent, and the client is told', async (model) => {
    expect(await refusalOf(model)).toMatchObject({ status: 501, code: 'operation_not_supported' });
    expect((await house.post('/v1/chat/completions', { model, messages: talk })).status).toBe(200);
  });
});

describe('hosted tools', () => {
  it.each(['plain-m', 'strip-m'])('are left out for %s, with a warning', async (model) => {
    const { sent, headers } = await sentFor(model, hosted);
    expect(sent).not.toHaveProperty('tools');
    expect(headers.get('x-sluice-warnings')).toContain('dropped;param=tools[0]');
  });

  it('are refused where the operator wants that', async () => {
    expect(await refusalOf('strict-m', hosted)).toMatchObject({ status: 400, param: 'tools[0]' });
    const tools = [{ type: 'function', name: 'look_up', parameters: { type: 'object', properties: {} } }];
    expect((await sentFor('strict-m', { tools })).sent.tools).toHaveLength(1);
  });
});

describe('system messages', () => {
  it('stay where they stand', async () => {
    const { messages } = await sentFor('plain-m', { input: talk });
    expect(messages.map(({ role }) => role)).toEqual(['user', 'system', 'user']);
  });

  it('go to the front, and the client is told', async () => {
    const { messages, headers } = await sentFor('first-m', { input: talk, instructions: 'Answer.' });
    expect(messages.map(({ role }) => role)).toEqual(['system', 'system', 'user', 'user']);
    expect(headers.get('x-sluice-warnings')).toContain('changed;param=input;reason=system_messages_first');
  });

  it('become one', async () => {
    const { messages } = await sentFor('joined-m', { input: talk, instructions: 'Answer.' });
    expect(messages).toMatchObject([
      { role: 'system', content: 'Answer.\n\nBe brief.' },
      { content: 'One' },
      { content: 'Two' },
    ]);
  });

  it('that stand first already are no change', async () => {
    const { headers } = await sentFor('first-m', { instructions: 'Answer.' });
    expect(headers.get('x-sluice-warnings') ?? '').not.toContain('system_messages_first');
  });
});

describe('what messages hold', () => {
  it('passes when it is accepted and small', async () => {
    const { messages } = await sentFor('seeing-m', seen(PIXEL.slice(0, 200)));
    expect(JSON.stringify(messages)).toContain('image_url');
  });

  it('is refused when it is too large, by its bytes', async () => {
    expect(await refusalOf('seeing-m', seen(PIXEL))).toMatchObject({
      status: 413,
      code: 'body_too_large',
      message: expect.stringContaining('at most 200 bytes'),
    });
  });

  it('is refused when the backend shall not have it', async () => {
    expect(await refusalOf('reading-m', seen(PIXEL))).toMatchObject({
      status: 400,
      param: 'input',
      message: 'This backend takes text in messages, and no image.',
    });
  });

  it("is nobody else's business: the chat of the same backend is not asked", async () => {
    const content = [{ type: 'image_url', image_url: { url: PIXEL } }];
    const messages = [{ role: 'user', content }];
    expect((await house.post('/v1/chat/completions', { model: 'reading-m', messages })).status).toBe(200);
  });
});
