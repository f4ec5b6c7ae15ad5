/** Tool calls and their results in every dialect that has them, whole and streamed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';
import { heardWhole } from './heard.ts';
import { ARGUMENTS, hear, NATURAL, send, WITH_TOOLS } from './hearing.ts';

let fake: FakeUpstream;

beforeAll(async () => {
  fake = await startFakeUpstream();
});

afterAll(() => fake.close());

describe.each(WITH_TOOLS)('tools of %s', (talking) => {
  const finish = { 'openai-chat': 'tool_calls', 'anthropic-messages': 'tool_use' }[talking as string];
  const natural = finish ?? NATURAL[talking];

  it('one, if the text asks for it', async () => {
    const heard = await hear(fake, talking, { text: 'please use tool', tools: ['weather', 'time'] });
    expect(heard).toMatchObject({ text: '', finish: natural, tools: [{ name: 'weather', args: ARGUMENTS }] });
  });

  it('several at once, and again from the first', async () => {
    const { tools } = await hear(fake, talking, { model: 'm!tools=3', tools: ['weather', 'time'] });
    expect(tools.map(({ name }) => name)).toEqual(['weather', 'time', 'weather']);
    expect(tools.map(({ args }) => args)).toEqual([ARGUMENTS, ARGUMENTS, ARGUMENTS]);
    // Gemini's calls have no ids.
    expect(new Set(tools.map(({ id }) => id)).size).toBe(talking === 'gemini' ? 1 : 3);
  });

  it('with words before them', async () => {
    const heard = await hear(fake, talking, { model: 'm!tools=1!words=2', tools: ['weather'] });
    expect(heard).toMatchObject({ text: 'one two', tools: [{ args: ARGUMENTS }], finish: natural });
  });

  it('without arguments', async () => {
    const { tools } = await hear(fake, talking, { model: 'm!tools=2!no-args', tools: ['weather'] });
    const nothing = /anthropic|ollama/.test(talking) ? '{}' : '';
    expect(tools.map(({ args }) => args)).toEqual([nothing, nothing]);
  });

  it('none where none is offered', async () => {
    expect((await hear(fake, talking, { text: 'use tool', model: 'm!tools=2' })).tools).toEqual([]);
  });

  it.skipIf(talking === 'ollama-chat')('the one it must use', async () => {
    const named = await hear(fake, talking, { text: 'hello', tools: ['weather', 'time'], choice: 'time' });
    expect(named.tools).toMatchObject([{ name: 'time', args: ARGUMENTS }]);
    const any = await hear(fake, talking, { text: 'hello', tools: ['weather', 'time'], choice: 'any' });
    expect(any.tools).toMatchObject([{ name: 'weather', args: ARGUMENTS }]);
  });

  it.skipIf(/ollama|gemini/.test(talking))('one at a time if that is wanted', async () => {
    const wish = { model: 'm!tools=3', tools: ['weather'], oneAtATime: true };
    expect((await hear(fake, talking, wish)).tools).toHaveLength(1);
  });
});

describe('arguments come in pieces where the dialect streams them', () => {
  it.each([
    ['openai-chat', /"function":\{"arguments":"[^"]/g],
    ['openai-responses', /^event: response.function_call_arguments.delta/gm],
    ['anthropic-messages', /"input_json_delta","partial_json":"[^"]/g],
  ] as const)('%s', async (talking, piece) => {
    const text = await (
      await send(fake, talking, { text: 'use tool', tools: ['weather'], stream: true })
    ).text();
    expect(text.match(piece)?.length).toBe(3);
  });

  it('Ollama and Gemini send a call in one piece, each in a line of its own', async () => {
    const wish = { model: 'm!tools=2', tools: ['weather'], stream: true };
    expect((await (await send(fake, 'ollama-chat', wish)).text()).match(/tool_calls/g)).toHaveLength(2);
    expect((await (await send(fake, 'gemini', wish)).text()).match(/functionCall/g)).toHaveLength(2);
  });
});

describe('the results of tools are told', () => {
  it.each([
    [
      'openai-chat',
      '/v1/chat/completions',
      {
        model: 'm',
        messages: [
          { role: 'user', content: 'use tool' },
          { role: 'tool', tool_call_id: 'a', content: 'sunny' },
          { role: 'tool', tool_call_id: 'b', content: 'late' },
        ],
        tools: [{ type: 'function', function: { name: 'weather' } }],
      },
      'sunny late',
    ],
    [
      'openai-responses',
      '/v1/responses',
      {
        model: 'm',
        input: [
          { type: 'function_call_output', call_id: 'a', output: 'sunny' },
          { type: 'function_call_output', call_id: 'b', output: [{ type: 'input_text', text: 'late' }] },
        ],
      },
      'sunny late',
    ],
    [
      'anthropic-messages',
      '/v1/messages',
      {
        model: 'm',
        messages: [
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'a', content: 'sunny' },
              { type: 'tool_result', tool_use_id: 'b', content: [{ type: 'text', text: 'late' }] },
            ],
          },
        ],
      },
      'sunny late',
    ],
    [
      'gemini',
      '/v1beta/models/m:generateContent',
      {
        contents: [
          {
            role: 'user',
            parts: [
              { functionResponse: { name: 'weather', response: { sky: 'sunny' } } },
              { functionResponse: { name: 'time', response: { hour: 'late' } } },
            ],
          },
        ],
      },
      '{"sky":"sunny"} {"hour":"late"}',
    ],
    [
      'ollama-chat',
      '/api/chat',
      {
        model: 'm',
        stream: false,
        messages: [
          { role: 'tool', tool_name: 'weather', content: 'sunny' },
          { role: 'tool', tool_name: 'time', content: 'late' },
        ],
      },
      'sunny late',
    ],
  ] as const)('%s', async (talking, path, body, results) => {
    const answer = await fetch(fake.url + path, { method: 'POST', body: JSON.stringify(body) });
    expect(heardWhole(talking, await answer.text()).text).toBe(`The tool said: ${results}`);
  });
});
