/**
 * An upstream that streams as models do: every event a write of its own, a millisecond apart, in three dialects.
 *
 *   node --import tsx bench/stream-upstream.ts PORT EVENTS
 */
import { createServer, type ServerResponse } from 'node:http';

const [port = '0', events = '400'] = process.argv.slice(2);
const EVENTS = Number(events);
const PAUSE_MS = 1;

interface Stream {
  readonly type: string;
  readonly first: string;
  event(at: number): string;
  readonly last: string;
}

const sse = (data: object, name?: string) =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

const word = (at: number) => ` word${at % 100}`;
const chunk = (delta: object, finish_reason: string | null = null) =>
  sse({
    id: 'chatcmpl-bench0123456789',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'm',
    system_fingerprint: 'fp_0123456789',
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  });

const openAi: Stream = {
  type: 'text/event-stream',
  first: chunk({ role: 'assistant', content: '' }),
  event: (at) => chunk({ content: word(at) }),
  last: `${chunk({}, 'stop')}data: [DONE]\n\n`,
};

const named = (data: { readonly type: string }) => sse(data, data.type);
const anthropic: Stream = {
  type: 'text/event-stream',
  first:
    named({
      type: 'message_start',
      message: {
        id: 'msg_bench',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 9, output_tokens: 1 },
      },
    } as { type: string }) +
    named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as {
      type: string;
    }),
  event: (at) =>
    named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: word(at) } } as {
      type: string;
    }),
  last:
    named({ type: 'content_block_stop', index: 0 } as { type: string }) +
    named({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: EVENTS },
    } as { type: string }) +
    named({ type: 'message_stop' }),
};

const line = (content: string, more: object = {}) =>
  `${JSON.stringify({ model: 'm', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content }, done: false, ...more })}\n`;
const ollama: Stream = {
  type: 'application/x-ndjson',
  first: line(''),
  event: (at) => line(word(at)),
  last: line('', { done: true, done_reason: 'stop', prompt_eval_count: 9, eval_count: EVENTS }),
};

function streamAt(path: string): Stream {
  if (path.endsWith('/messages')) return anthropic;
  return path.endsWith('/api/chat') ? ollama : openAi;
}

function play(stream: Stream, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': stream.type });
  response.write(stream.first);
  let at = 0;
  const timer = setInterval(() => {
    if (at < EVENTS) response.write(stream.event(at++));
    else {
      clearInterval(timer);
      response.end(stream.last);
    }
  }, PAUSE_MS);
  response.on('close', () => clearInterval(timer));
}

createServer((request, response) => {
  request.resume().on('end', () => play(streamAt(request.url ?? ''), response));
}).listen(Number(port), '127.0.0.1', 4096, () => console.log('listening'));
