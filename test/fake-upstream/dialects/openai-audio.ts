/**
 * The audio APIs (protocols 2.9). Speech says the letters of its input as bytes, whole or in events; a transcription
 * says what came: the name, size and digest of the recording, so that a test sees in the text what arrived.
 */
import type { Asked, Said } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type Json, numberIn, objectIn, stringIn } from '../json.ts';
import { type Arrived, type Operation, PlainBody } from '../operation.ts';
import { openaiFailure } from './openai-failure.ts';

const shared = {
  failure: openaiFailure,
  modelOf: ({ body }: Arrived) => stringIn(body.model),
};

export const speechStreamed: Operation = {
  ...shared,
  name: 'openai-speech',
  matches: (method, path) => method === 'POST' && path.endsWith('/audio/speech'),
  isMeant: ({ body }) => body.stream_format === 'sse',
  answer: {
    kind: 'generated',
    read: (arrived) => askedOf(arrived, stringIn(arrived.body.input), true),
    whole: () => ({}),
    stream: (said) => ({ framing: 'sse', frames: speechFrames(said) }),
  },
};

export const speech: Operation = {
  ...shared,
  name: 'openai-speech',
  matches: speechStreamed.matches,
  answer: {
    kind: 'plain',
    whole: ({ body }) => new PlainBody('audio/mpeg', Buffer.from(`ID3${stringIn(body.input)}`)),
  },
};

export const audioTexts: readonly Operation[] = ['transcriptions', 'translations'].flatMap((work) => [
  plainText(work),
  jsonText(work),
]);

function plainText(work: string): Operation {
  const json = jsonText(work);
  return {
    ...json,
    isMeant: ({ body }) => ['text', 'srt', 'vtt'].includes(stringIn(body.response_format)),
    answer: {
      kind: 'plain',
      whole: (arrived) =>
        new PlainBody('text/plain; charset=utf-8', Buffer.from(`${heard(arrived, work)}\n`)),
    },
  };
}

function jsonText(work: string): Operation {
  return {
    ...shared,
    name: `openai-${work}`,
    matches: (method, path) => method === 'POST' && path.endsWith(`/audio/${work}`),
    answer: {
      kind: 'generated',
      read: (arrived) => askedOf(arrived, heard(arrived, work), arrived.body.stream === 'true'),
      whole: (said, asked) => ({ text: asked.text, ...lengthOf(asked), usage: heardUsage(said, asked) }),
      stream: (said, asked) => ({ framing: 'sse', frames: textFrames(said, asked) }),
    },
  };
}

function askedOf({ body }: Arrived, text: string, wantsStream: boolean): Asked {
  return { model: stringIn(body.model), text, prompt: text, wantsStream, wantsUsage: true, body };
}

function heard({ body }: Arrived, work: string): string {
  const { name, size, sha256 } = objectIn(body.file);
  return `${work} of ${stringIn(name)}, ${String(size)} bytes, ${stringIn(sha256)}`;
}

function* textFrames(said: Said, asked: Asked): Generator<Frame> {
  for (const delta of asked.text.match(/\S+\s*/g) ?? []) yield event('transcript.text.delta', { delta });
  yield event('transcript.text.done', { text: asked.text, usage: heardUsage(said, asked) }, 'closing');
}

function* speechFrames(said: Said): Generator<Frame> {
  for (const piece of said.pieces)
    yield event('speech.audio.delta', { audio: Buffer.from(piece).toString('base64') });
  yield event('speech.audio.done', { usage: usageOf(said) }, 'closing');
}

function event(type: string, members: { readonly [name: string]: Json }, mark?: 'closing'): Frame {
  return frame({ type, ...members }, mark === undefined ? {} : { mark });
}

function usageOf({ usage }: Said): Json {
  return {
    type: 'tokens',
    input_tokens: usage?.input ?? 0,
    output_tokens: usage?.output ?? 0,
    total_tokens: usage?.total ?? 0,
  };
}

/** A second for every ten thousand bytes. */
function secondsOf({ body }: Asked): number {
  return (numberIn(objectIn(body.file).size) ?? 0) / 10_000;
}

/** Whisper is billed by the second and rounds up, its successors by tokens. */
function heardUsage(said: Said, asked: Asked): Json {
  if (!asked.model.includes('whisper')) return usageOf(said);
  return { type: 'duration', seconds: Math.ceil(secondsOf(asked)) };
}

function lengthOf(asked: Asked): { readonly duration?: number } {
  return asked.body.response_format === 'verbose_json' ? { duration: secondsOf(asked) } : {};
}
