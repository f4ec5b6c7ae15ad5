/** What a backend says is hostile: it may tell secrets, repeat itself, or stop in the middle of a word. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RawUpstream, type Script, startRawUpstream } from '../support/raw-upstream.ts';
import { openStream } from '../support/sse-client.ts';

const KEY = 'upstream-key-of-no-known-form';

let upstream: RawUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startRawUpstream(['CLOSE']);
  const backend = (type: string, base: string, model: string) => ({
    type,
    base_url: `${upstream.url}${base}`,
    api_key: KEY,
    auto_models: false,
    supports: { chat: [model] },
  });
  gateway = await startGateway({
    config: {
      backends: [
        backend('openai-compatible', '/v1', 'chat-m'),
        backend('gemini', '/v1beta', 'gemini-m'),
        backend('anthropic', '/v1', 'claude-m'),
      ],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const head = (type: string) => `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nconnection: close\r\n\r\n`;
const stream = (...frames: string[]): Script => [head('text/event-stream'), ...frames, 'CLOSE'];
const delta = 'data: {"id":"x","model":"m","choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n';
const leak = `{"error":{"message":"boom ${KEY} at http://10.1.2.3:9/v1"}}`;

const messages = [{ role: 'user', content: 'x' }];
const fronts: Readonly<Record<string, (model: string) => readonly [path: string, body: object]>> = {
  chat: (model) => ['/v1/chat/completions', { model, messages, stream: true }],
  messages: (model) => ['/v1/messages', { model, messages, max_tokens: 9, stream: true }],
  responses: (model) => ['/v1/responses', { model, input: 'x', stream: true }],
  gemini: (model) => [
    `/v1beta/models/${model}:streamGenerateContent`,
    { contents: [{ role: 'user', parts: [{ text: 'x' }] }] },
  ],
  ollama: (model) => ['/api/chat', { model, messages }],
};

async function ask(front: string, model: string): Promise<string> {
  const [path, body] = (fronts[front] as (typeof fronts)[string])(model);
  const headers = { authorization: `Bearer ${gateway.key}` };
  const answer = await openStream(`${gateway.baseUrl}${path}`, { headers, body });
  await answer.waitForEnd();
  return answer.text;
}

describe.each(Object.keys(fronts))('%s', (front) => {
  it.each([
    ['first', stream(`data: ${leak}\n\n`)],
    ['in the middle', stream(delta, `data: ${leak}\n\n`)],
    ['as a whole answer', [head('application/json'), leak, 'CLOSE']],
  ] as const)('hears of an error that comes %s, and not the key in it', async (_, script) => {
    upstream.setScript(script);
    const told = await ask(front, 'chat-m');
    expect(told).toContain('boom ***');
    expect(told).not.toContain(KEY);
    expect(told).not.toContain('10.1.2.3');
  });
});

it('half a frame at the end is not passed on: the error after it stays readable', async () => {
  const whole = '{"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"index":0}]}';
  upstream.setScript(stream(`data: ${whole}\n\n`, `data: ${whole.slice(0, 9)}`));
  const told = JSON.parse(await ask('gemini', 'gemini-m')) as unknown[];
  expect(told).toHaveLength(2);
  expect(told[1]).toHaveProperty('error');
});

it('tool uses of one id come apart', async () => {
  const block = (index: number, name: string) =>
    `data: {"type":"content_block_start","index":${index},"content_block":{"type":"tool_use","id":"a","name":"${name}","input":{}}}\n\n`;
  const input = (index: number, text: string) =>
    `data: ${JSON.stringify({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: text } })}\n\n`;
  upstream.setScript(
    stream(
      'data: {"type":"message_start","message":{"id":"m","role":"assistant","model":"c","content":[]}}\n\n',
      block(0, 't'),
      block(1, 'u'),
      input(1, '{"u":1}'),
      input(0, '{"t":1}'),
      'data: {"type":"content_block_stop","index":0}\n\n',
      'data: {"type":"content_block_stop","index":1}\n\n',
      'data: {"type":"message_delta","delta":{"stop_reason":"tool_use"}}\n\n',
      'data: {"type":"message_stop"}\n\n',
    ),
  );
  const told = await ask('ollama', 'claude-m');
  const calls = told
    .trim()
    .split('\n')
    .flatMap((line) => JSON.parse(line).message?.tool_calls ?? []);
  expect(calls.map((call) => [call.function.name, call.function.arguments])).toEqual([
    ['t', { t: 1 }],
    ['u', { u: 1 }],
  ]);
});
