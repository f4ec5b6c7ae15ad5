import { describe, expect, it, vi } from 'vitest';
import { dressings, framesOf } from '../../../test/support/stream-cuts.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { MessageListener, streamListener } from './stream-listener.ts';

const start = (id = 'm', usage = '{"input_tokens":3,"cache_read_input_tokens":4,"output_tokens":1}') =>
  `event: message_start\ndata: {"type":"message_start","message":{"id":"${id}","usage":${usage}}}\n\n`;
const block =
  'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n' +
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\\"type\\":\\"error\\""}}\n\n' +
  'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n';
const ping = 'event: ping\ndata: {"type": "ping"}\n\n';
const finish =
  'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}\n\n';
const stop = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
const failure =
  'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n';

function listen(stream: string, sizes?: readonly number[]) {
  const listener = new MessageListener();
  const heard = framesOf(stream, sizes).map((frame) => listener.hear(frame));
  return { listener, heard };
}

describe('a stream that passes through', () => {
  it.each(Object.entries(dressings(start() + ping + block + finish + stop)))(
    'is heard in the dress %s',
    (_, stream) => {
      for (const sizes of [undefined, [1], [7, 64]]) {
        const { listener, heard } = listen(stream, sizes);
        expect(heard.filter((kind) => kind !== 'comment')).toEqual([...Array(6).fill('content'), 'end']);
        expect(listener.isComplete).toBe(true);
        expect(listener.usage).toMatchObject({ inputTokens: 7, cachedInputTokens: 4, outputTokens: 9 });
        expect(listener.missingEnd()).toBe('');
      }
    },
  );

  it('parses nothing of its blocks', () => {
    const parse = vi.spyOn(JSON, 'parse');
    listen(block);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  it('without its last word is whole, and gets one', () => {
    const { listener } = listen(start() + block + finish);
    expect(listener.isComplete).toBe(true);
    expect(listener.missingEnd()).toBe(stop);
  });

  it('that just ends is not whole (T5)', () => {
    const { listener } = listen(start() + block);
    expect(listener.isComplete).toBe(false);
    expect(listener.missingEnd()).toBe('');
    expect(listener.usage).toMatchObject({ inputTokens: 7, outputTokens: 1 });
  });

  it('with an error in it is not whole', () => {
    const { listener, heard } = listen(start() + block + failure);
    expect(heard.at(-1)).toBe('error');
    expect(listener.error).toMatchObject({
      message: 'busy',
      meaning: 'overloaded',
      type: 'overloaded_error',
    });
    expect(listener.isComplete).toBe(false);
  });

  it('may fail at once, or by a bare body at the end (T6)', () => {
    expect(listen(failure).heard).toEqual(['error']);
    expect(listen(`${start()}{"error":{"message":"busy"}}`).heard).toEqual(['content', 'error']);
  });

  it('that begins twice is shown to begin once; with a second answer in it it has failed', () => {
    expect(listen(start() + start() + block + finish + stop).heard[1]).toBe('nothing');
    expect(listen(start('a') + start('b') + block).heard[1]).toBe('nothing');
    expect(listen(start('a') + block + start('b')).heard.at(-1)).toBe('error');
  });

  it('another dialect’s end marker, and whatever follows the end, is not for clients', () => {
    expect(listen(`${start()}data: [DONE]\n\n`).heard).toEqual(['content', 'nothing']);
    expect(listen(stop + ping).heard).toEqual(['end', 'nothing']);
  });

  it('tells a failure in the form of this dialect', () => {
    expect(streamListener().errorFrames(new GatewayError('upstream_timeout', 'too slow'))).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"timeout_error","message":"too slow"}}\n\n',
    );
  });
});
