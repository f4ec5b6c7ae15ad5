import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import { SseFrame } from '../../model/sse.ts';
import { MediaListener } from './media-listener.ts';

const text = () => new MediaListener({ ending: 'transcript.text.done', bulk: undefined, endsAtDone: true });
const speech = () => new MediaListener({ ending: 'speech.audio.done', bulk: 'audio', endsAtDone: true });
const pictures = () =>
  new MediaListener({ ending: 'image_edit.completed', bulk: 'b64_json', endsAtDone: false });

const frame = (data: string) => new SseFrame(Buffer.from(`data: ${data}\n\n`));
const event = (members: object) => frame(JSON.stringify(members));

describe('a stream of text from speech', () => {
  it('ends with its last event, whose usage is heard', () => {
    const listener = text();
    expect(listener.hear(event({ type: 'transcript.text.delta', delta: 'a' }))).toBe('content');
    expect(listener.isComplete).toBe(false);
    const usage = { type: 'tokens', input_tokens: 7, output_tokens: 3, total_tokens: 10 };
    expect(listener.hear(event({ type: 'transcript.text.done', text: 'a', usage }))).toBe('end');
    expect(listener.isComplete).toBe(true);
    expect(listener.usage).toMatchObject({ inputTokens: 7, outputTokens: 3 });
  });

  it('does not end because somebody says the name of its last event', () => {
    const listener = text();
    const said = { type: 'transcript.text.delta', delta: 'transcript.text.done' };
    expect(listener.hear(event(said))).toBe('content');
    expect(listener.isComplete).toBe(false);
  });

  it('ends as chat does on servers that make it like chat (vLLM)', () => {
    const listener = text();
    const chunk = { object: 'transcription.chunk', choices: [{ delta: { content: 'a' } }] };
    expect(listener.hear(event(chunk))).toBe('content');
    const last = {
      object: 'transcription.chunk',
      choices: [],
      usage: { prompt_tokens: 4, completion_tokens: 1 },
    };
    expect(listener.hear(event(last))).toBe('content');
    expect(listener.hear(frame('[DONE]'))).toBe('end');
    expect(listener.isComplete).toBe(true);
    expect(listener.usage).toMatchObject({ inputTokens: 4, outputTokens: 1 });
  });

  it('told in seconds has no tokens, and its length', () => {
    const listener = text();
    listener.hear(
      event({ type: 'transcript.text.done', text: 'a', usage: { type: 'duration', seconds: 3 } }),
    );
    expect(listener.usage).toEqual({ inputTokens: 0, outputTokens: 0, audioSeconds: 3 });
  });
});

describe('a stream of speech', () => {
  it('is not parsed, but for its end', () => {
    const listener = speech();
    expect(listener.hear(frame('{"type":"speech.audio.delta","audio":"not even JSON'))).toBe('content');
    const usage = { input_tokens: 2, output_tokens: 50 };
    expect(listener.hear(event({ type: 'speech.audio.done', usage }))).toBe('end');
    expect(listener.usage).toMatchObject({ inputTokens: 2, outputTokens: 50 });
  });
});

describe('a stream of changed pictures', () => {
  it('is not complete by an end marker alone', () => {
    const listener = pictures();
    expect(listener.hear(event({ type: 'image_edit.partial_image', b64_json: 'AAAA' }))).toBe('content');
    expect(listener.hear(frame('[DONE]'))).toBe('end');
    expect(listener.isComplete).toBe(false);
  });
});

it.each([text, speech, pictures])('an error in it is heard, and one of ours is told in it', (make) => {
  const listener = make();
  expect(listener.hear(event({ error: { message: 'out of memory', code: 'oom' } }))).toBe('error');
  expect(listener.error).toMatchObject({ message: 'out of memory' });
  const told = listener.errorFrames(new GatewayError('upstream_error', 'It broke.'));
  expect(told).toContain('event: error\n');
  expect(told).toContain('"code":"upstream_error"');
});

it.each([text, speech, pictures])('comments of the backend say nothing', (make) => {
  expect(make().hear(new SseFrame(Buffer.from(': alive\n\n')))).toBe('comment');
});
