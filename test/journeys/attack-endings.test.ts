/** Backends that end badly, or never: the client gets what was said, the slot comes back, memory stays flat. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import {
  type AnswerStep,
  chunked,
  type RawUpstream,
  rawAnswer,
  startRawUpstream,
} from '../support/raw-upstream.ts';

let upstream: RawUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startRawUpstream([]);
  gateway = await startGateway({
    config: {
      daemon: { timeouts: { first_byte_s: 4, idle_s: 4 }, limits: { max_event_mb: 1 } },
      backends: [
        { type: 'openai-compatible', name: 'raw', base_url: `${upstream.url}/v1`, supports: { chat: ['m'] } },
      ],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const json = { 'content-type': 'application/json' };
const streamHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const done = 'data: [DONE]\n\n';

function frame(content: string, finish: string | null = null): string {
  const choices = [{ index: 0, delta: { content }, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices })}\n\n`;
}

const wholeAnswer = (content: string) =>
  rawAnswer(
    '200 OK',
    json,
    JSON.stringify({
      id: 'x',
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    }),
  );

/** The gateway's probes are answered as a living server would; `steps` is for its work. */
function answerWith(steps: (nth: number, connection: number) => readonly AnswerStep[]): void {
  let count = 0;
  upstream.setScript((_, { head, connection }) =>
    head.startsWith('GET') ? [rawAnswer('200 OK', json, '{"data":[]}')] : steps(count++, connection),
  );
}

async function ask(stream = false): Promise<{ status: number; text: string; tookMs: number }> {
  const startedAt = performance.now();
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  return { status: answer.status, text: await answer.text(), tookMs: performance.now() - startedAt };
}

const asked = () => upstream.requests.filter(({ head }) => head.startsWith('POST')).length;
const residentMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))?.[1]) / 1024;

describe('a stream that has said it is complete', () => {
  const said = [streamHead, chunked(frame('Hello') + frame('', 'stop') + done)];

  it.each<[string, readonly AnswerStep[]]>([
    ['is reset', [...said, 50, 'RESET']],
    ['is cut', [...said, 50, 'CLOSE']],
    ['stays open', said],
    ['goes on', [...said, chunked(frame('more')), 'RESET']],
  ])('is complete though its connection %s', async (_how, steps) => {
    answerWith(() => steps);
    const { text, tookMs } = await ask(true);
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(text).not.toContain('error');
    expect(text).not.toContain('more');
    expect(tookMs).toBeLessThan(2_500);
    expect(gateway.ledgerRows().at(-1)).toMatchObject({ outcome: 'complete', error_code: null });
  });

  it('may say so for ever and fills no memory', async () => {
    const many = chunked(done.repeat(5_000));
    answerWith(() => [streamHead, chunked(frame('Hello')), ...Array.from({ length: 2_000 }, () => many)]);
    const before = residentMb();
    const { text } = await ask(true);
    expect(text.match(/\[DONE\]/g)).toHaveLength(1);
    expect(residentMb() - before).toBeLessThan(150);
  });
});

it('a refusal without end is taken as soon as it is clear that it has none', async () => {
  const pieces = Array.from({ length: 60 }, () => [chunked('x'.repeat(20_000)), 100]).flat();
  answerWith(() => [
    'HTTP/1.1 500 No\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    ...pieces,
  ]);
  const { status, tookMs } = await ask();
  expect(status).toBe(502);
  expect(tookMs).toBeLessThan(2_500);
});

it('one endless event where a whole answer was asked for is a bad answer, not a failure of ours', async () => {
  const piece = chunked('x'.repeat(500_000));
  answerWith(() => [streamHead, chunked('data: '), ...Array.from({ length: 10 }, () => piece)]);
  const { status, text } = await ask();
  expect(status).toBe(502);
  expect(JSON.parse(text)).toMatchObject({ error: { code: 'upstream_bad_response' } });
});

describe('a connection the server closed while it was idle', () => {
  beforeEach(async () => {
    // Leaves one connection behind that has served.
    answerWith(() => [wholeAnswer('first'), 20]);
    await ask();
  });

  it.each<'CLOSE' | 'RESET'>(['CLOSE', 'RESET'])('is not the client’s trouble (%s)', async (ending) => {
    answerWith((nth) => (nth === 0 ? [ending] : [wholeAnswer('second')]));
    expect(await ask()).toMatchObject({ status: 200, text: expect.stringContaining('second') });
    expect(gateway.ledgerRows().at(-1)).toMatchObject({ outcome: 'complete' });
  });

  it('is tried once more, never twice', async () => {
    const before = asked();
    answerWith(() => ['CLOSE']);
    expect(await ask()).toMatchObject({ status: 502 });
    expect(asked() - before).toBe(2);
  });

  it('is no excuse for sending again what was begun to be answered', async () => {
    const before = asked();
    answerWith(() => ['HTTP/1.1 200 OK\r\nconte', 'CLOSE']);
    expect(await ask()).toMatchObject({ status: 502 });
    expect(asked() - before).toBe(1);
  });

  it('is no excuse for sending again what was thought about for long', async () => {
    const before = asked();
    answerWith(() => [1_200, 'CLOSE']);
    expect(await ask()).toMatchObject({ status: 502 });
    expect(asked() - before).toBe(1);
  });
});

it('a request on a fresh connection is never sent twice', async () => {
  answerWith(() => [
    wholeAnswer('first').replace('HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\nconnection: close\r\n'),
  ]);
  await ask();
  const before = asked();
  answerWith(() => ['CLOSE']);
  expect(await ask()).toMatchObject({ status: 502 });
  expect(asked() - before).toBe(1);
});

it('an answer nobody asked for is nobody’s answer', async () => {
  for (const delayMs of [0, 1, 5, 30]) {
    answerWith(() => [wholeAnswer('mine'), delayMs, wholeAnswer('not mine')]);
    for (let round = 0; round < 5; round++) {
      const { status, text } = await ask();
      expect({ status, text }).toEqual({ status: 200, text: expect.stringContaining('"mine"') });
      upstream.sendUnasked(wholeAnswer('not mine'));
    }
  }
});

it.each<[string, AnswerStep]>([
  ['status 000', rawAnswer('000 X', json, '{}')],
  ['status 999', rawAnswer('999 X', json, '{}')],
  ['status 101', 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ['1,000 times 100', `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000)}${wholeAnswer('x')}`],
  ['64 KiB of header', `HTTP/1.1 200 OK\r\na: ${'x'.repeat(65_000)}\r\ncontent-length: 2\r\n\r\n{}`],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello'],
  [
    'a length and chunks',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  ],
  ['gzip unasked', rawAnswer('200 OK', { ...json, 'content-encoding': 'gzip' }, '\u001f\u008b')],
  ['SSH', 'SSH-2.0-OpenSSH_9\r\n'],
])('%s is a bad answer, and the next request is served', async (_what, step) => {
  answerWith(() => [step]);
  const { status, text } = await ask();
  expect(status).toBe(502);
  expect(JSON.parse(text).error.code).toMatch(/^upstream_/);
  answerWith(() => [wholeAnswer('fine')]);
  expect(await ask()).toMatchObject({ status: 200 });
});
