import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { ImagesCall } from '../../model/call.ts';
import type { CallEvent } from '../../model/call-event.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { SseFrame, SseSplitter } from '../../model/sse.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { openAiImages } from './openai-images.ts';

const address = { route: '/v1/images/generations', model: undefined, query: '' };
const answerReading = { warnings: new Warnings(), quirks: ordinaryQuirks };
const context = {
  requestId: 'r',
  model: 'm',
  createdS: 77,
  withUsage: true,
  request: {} as JsonObject,
  address,
  elapsedMs: () => 0,
  inputTokensEstimate: 0,
  warnings: new Warnings(),
};

function read(body: JsonObject, warnings = new Warnings()) {
  return openAiImages.readCall(body, { address, warnings });
}

function refusal(param: string) {
  return expect.objectContaining({ code: 'invalid_request', details: expect.objectContaining({ param }) });
}

function image(index: number, base64 = 'AAAA'): CallEvent {
  return { type: 'image', index, base64, mediaType: 'image/png' };
}

const usage: CallEvent = { type: 'usage', usage: { inputTokens: 5, outputTokens: 100 } };
const ending: CallEvent[] = [{ type: 'choice-end', choice: 0, reason: 'stop' }, { type: 'answer-end' }];

function writeFrames(events: readonly CallEvent[], request: JsonObject = {}): string {
  const writer = openAiImages.frameWriter?.({ ...context, request });
  return events.map((event) => writer?.push(event) ?? '').join('');
}

function writeWhole(events: readonly CallEvent[], request: JsonObject = {}): JsonObject {
  const writer = openAiImages.wholeWriter({ ...context, request });
  for (const event of events) writer.push(event);
  return writer.finish();
}

function frames(text: string, size = 1000): SseFrame[] {
  const splitter = new SseSplitter();
  const bytes = Buffer.from(text);
  const found: SseFrame[] = [];
  for (let at = 0; at < bytes.length; at += size) found.push(...splitter.push(bytes.subarray(at, at + size)));
  return found;
}

function readFrames(text: string, size = 1000): CallEvent[] {
  const reader = openAiImages.eventReader?.(answerReading);
  const events = frames(text, size).flatMap((frame) => reader?.push(frame) ?? []);
  return [...events, ...(reader?.end() ?? [])];
}

function hearAll(text: string, size = 1000) {
  const listener = openAiImages.streamListener?.();
  const heard = frames(text, size).map((frame) => listener?.hear(frame));
  return { listener, heard: heard.filter((kind) => kind !== 'comment') };
}

describe('an images request', () => {
  it('is asked as so many choices', () => {
    expect(
      openAiImages.readAsked({ model: 'm', prompt: 'a cat', n: 3, stream: true }, address),
    ).toMatchObject({
      operation: 'images',
      model: 'm',
      choices: 3,
      isStream: true,
    });
  });

  it('is read as a call', () => {
    const call = read({ model: 'm', prompt: 'a cat', n: 2, size: '1024x768' });
    expect(call).toEqual({
      kind: 'images',
      model: 'm',
      prompt: 'a cat',
      count: 2,
      size: { width: 1024, height: 768 },
      extra: {},
    });
    expect(read({ prompt: 'a', size: 'auto' })).toMatchObject({ count: 1, size: undefined });
  });

  it.each([
    [{}, 'prompt'],
    [{ prompt: 5 }, 'prompt'],
    [{ prompt: 'a', n: 0 }, 'n'],
    [{ prompt: 'a', n: 11 }, 'n'],
    [{ prompt: 'a', n: 1.5 }, 'n'],
    [{ prompt: 'a', size: 'big' }, 'size'],
    [{ prompt: 'a', size: '0x10' }, 'size'],
    [{ prompt: 'a', response_format: 'png' }, 'response_format'],
  ])('%j is refused because of %s', (body, param) => {
    expect(() => read(body)).toThrow(refusal(param));
  });

  it('changes only its model on the way through', () => {
    const bytes = Buffer.from('{"prompt":"a"}');
    const outline = outlineJson(bytes, { depthMax: 10, valuesMax: 100 });
    const body = { prompt: 'a' };
    const wishes = { model: 'y', forceStreamUsage: true, systemPrompt: 'P', warnings: new Warnings() };
    const edits = openAiImages.planEdits(outline, body, openAiImages.readAsked(body, address), wishes);
    expect(applyEdits(bytes, edits).toString()).toBe('{"model":"y","prompt":"a"}');
  });
});

describe('the wishes of an images request', () => {
  it('are kept as they are for whoever can heed them', () => {
    const wishes = {
      quality: 'hd',
      style: 'vivid',
      background: 'auto',
      partial_images: 2,
      user: 'u',
      moderation: null,
    };
    const { extra } = read({ model: 'm', prompt: 'a', ...wishes }) as ImagesCall;
    expect(extra).toEqual({ quality: 'hd', style: 'vivid', partial_images: 2 });
  });

  it('name the model in the address, where that has a place for it (Azure)', () => {
    const body = { prompt: 'a', model: 'body' };
    expect(openAiImages.routes).toContain('/openai/deployments/{model}/images/generations');
    expect(openAiImages.readAsked(body, { ...address, model: 'place' }).model).toBe('place');
  });
});

describe('an images request for a backend', () => {
  const call = { kind: 'images', model: 'gpt-image-1', prompt: 'a cat', count: 2 } as const;
  const writing = { ...answerReading, isStream: true, outputTokensMax: undefined };

  it.each([
    [call, { model: 'gpt-image-1', prompt: 'a cat', n: 2 }],
    [
      { ...call, model: 'dall-e-3', size: { width: 1024, height: 768 } },
      { model: 'dall-e-3', prompt: 'a cat', n: 2, size: '1024x768', response_format: 'b64_json' },
    ],
  ])('%j is written as %j', (asked, wanted) => {
    expect(openAiImages.writeRequest?.(asked, writing)).toEqual(wanted);
  });

  it('is refused for another kind of call', () => {
    const other = { kind: 'embeddings', model: 'm', inputs: ['a'], extra: {} } as const;
    expect(() => openAiImages.writeRequest?.(other, writing)).toThrow(/Only pictures/);
  });
});

describe('a whole images answer', () => {
  it('has its pictures in order', () => {
    const revised: CallEvent = { type: 'image-url', index: 0, url: 'https://x/1', revisedPrompt: 'A cat' };
    expect(writeWhole([image(1), revised, usage, ...ending])).toEqual({
      created: 77,
      data: [{ url: 'https://x/1', revised_prompt: 'A cat' }, { b64_json: 'AAAA' }],
      usage: {
        input_tokens: 5,
        input_tokens_details: { text_tokens: 5, image_tokens: 0 },
        output_tokens: 100,
        total_tokens: 105,
      },
    });
  });

  it('gives a link where a link was asked for, and invents no usage', () => {
    expect(writeWhole([image(0), ...ending], { response_format: 'url' })).toEqual({
      created: 77,
      data: [{ url: 'data:image/png;base64,AAAA' }],
    });
  });

  it('reads back as what was written', () => {
    const events = openAiImages.eventsOfWhole(
      writeWhole([image(0), image(1, 'BBBB'), usage, ...ending]),
      answerReading,
    );
    expect(events).toEqual([
      { type: 'answer-start', model: '', createdS: 77 },
      image(0),
      image(1, 'BBBB'),
      usage,
      ...ending,
    ]);
  });

  it.each([{ error: { message: 'no' } }, {}, { data: [{}] }, null])('is a failure if it is %j', (answer) => {
    expect(openAiImages.eventsOfWhole(answer, answerReading)).toEqual([
      expect.objectContaining({ type: 'error' }),
    ]);
  });

  it('is heard for usage, errors and how many pictures it holds', () => {
    const wire = { input_tokens: 5, output_tokens: 100, total_tokens: 105 };
    expect(openAiImages.hearWhole({ data: [{}, {}], usage: wire })).toEqual({
      usage: { inputTokens: 5, outputTokens: 100 },
      images: 2,
      error: undefined,
    });
    expect(openAiImages.hearWhole({ error: 'no' }).error?.message).toBe('no');
  });
});

describe('a stream of pictures', () => {
  const partial = { type: 'image_generation.partial_image', b64_json: 'AAAA', partial_image_index: 0 };
  const completed = {
    type: 'image_generation.completed',
    b64_json: 'BBBB',
    created_at: 77,
    output_format: 'webp',
    usage: {
      total_tokens: 105,
      input_tokens: 5,
      output_tokens: 100,
      input_tokens_details: { text_tokens: 5 },
    },
  };

  function dressed(lineEnd: string, withEvent: boolean): string {
    const events = [partial, completed].map((event) => {
      const name = withEvent ? `event: ${event.type}${lineEnd}` : '';
      return `${name}data: ${JSON.stringify(event)}${lineEnd}${lineEnd}: ping${lineEnd}${lineEnd}`;
    });
    return events.join('');
  }

  const dresses = ['\n', '\r\n', '\r'].flatMap((lineEnd) =>
    [true, false].map((withEvent) => [lineEnd, withEvent] as const),
  );
  it.each(dresses)('is heard and read with line end %j and event lines %j', (lineEnd, withEvent) => {
    for (const size of [1, 7, 64, 1000]) {
      const { listener, heard } = hearAll(dressed(lineEnd, withEvent), size);
      expect(heard).toEqual(['content', 'end']);
      expect(listener).toMatchObject({ isComplete: true, usage: { inputTokens: 5, outputTokens: 100 } });
      expect(readFrames(dressed(lineEnd, withEvent), size)).toEqual([
        { type: 'answer-start', model: '', createdS: 77 },
        { type: 'image', index: 0, base64: 'BBBB', mediaType: 'image/webp' },
        usage,
        ...ending,
      ]);
    }
  });

  it('is heard even where an event is spread over several data lines', () => {
    const lines = JSON.stringify(completed, null, 1)
      .split('\n')
      .map((line) => `data: ${line}\n`);
    expect(hearAll(`${lines.join('')}\n`).listener).toMatchObject({
      isComplete: true,
      usage: { inputTokens: 5, outputTokens: 100 },
    });
  });

  it('that stops before a picture is whole is a failure', () => {
    const text = `data: ${JSON.stringify(partial)}\n\n`;
    expect(hearAll(text).listener?.isComplete).toBe(false);
    expect(readFrames(text)).toEqual([expect.objectContaining({ type: 'error' })]);
  });

  it('may hold an error, and ends with nothing after it', () => {
    const text = 'event: error\ndata: {"type":"error","error":{"message":"no","code":"c"}}\n\n';
    const { listener, heard } = hearAll(text);
    expect(heard).toEqual(['error']);
    expect(listener).toMatchObject({ isComplete: false, error: { message: 'no', code: 'c' } });
    expect(readFrames(text)).toEqual([expect.objectContaining({ type: 'error', message: 'no', code: 'c' })]);
  });

  it('may end with [DONE], and knows comments', () => {
    expect(hearAll('data: [DONE]\n\n: ping\n\n').heard).toEqual(['end']);
    expect(openAiImages.streamListener?.().hear(new SseFrame(Buffer.from('\n')))).toBe('comment');
  });

  it('is written with usage on the last picture', () => {
    const bodies = frames(writeFrames([image(0), image(1), usage, ...ending], { size: '256x256' })).map(
      (frame) => {
        expect(frame.eventName()).toBe('image_generation.completed');
        return JSON.parse(frame.data() ?? '');
      },
    );
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).not.toHaveProperty('usage');
    expect(bodies[1]).toMatchObject({
      type: 'image_generation.completed',
      b64_json: 'AAAA',
      created_at: 77,
      size: '256x256',
      quality: 'auto',
      background: 'auto',
      output_format: 'png',
      usage: { total_tokens: 105 },
    });
  });

  it('reads back as what was written, wherever it is cut', () => {
    const base64 = fc.base64String({ maxLength: 40 });
    fc.assert(
      fc.property(fc.array(base64, { minLength: 1, maxLength: 3 }), fc.nat(30), (pictures, size) => {
        const images = pictures.map((picture, index) => image(index, picture));
        const text = writeFrames([...images, usage, ...ending]);
        expect(readFrames(text, size + 1).slice(1)).toEqual([...images, usage, ...ending]);
      }),
    );
  });

  it("is understood by OpenAI's own SDK, failure included", async () => {
    const writer = openAiImages.frameWriter?.(context);
    // The picture is held back for its usage, and must not be lost with the failure.
    const body = `${writer?.push(image(0))}${writer?.fail(new GatewayError('upstream_timeout', 'Too slow.'))}`;
    const client = new OpenAI({
      apiKey: 'k',
      baseURL: 'http://127.0.0.1:1/v1',
      fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    });
    const types: string[] = [];
    const drain = async () => {
      const stream = await client.images.generate({ model: 'm', prompt: 'a', stream: true });
      for await (const event of stream) types.push(event.type);
    };
    await expect(drain()).rejects.toThrow('Too slow.');
    expect(types).toEqual(['image_generation.completed']);
  });
});
