import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldRecording } from './fold-recording.ts';
import { foldAnswer } from './folds/fold-answer.ts';
import { lines, markedEvents, namedEvents, plainEvents, wholeBody } from './fronts/framing.ts';
import type { WireFormat } from './recording.ts';
import { type ReplayServer, startReplayServer } from './replay-server.ts';
import { talkingRecordings } from './talking-recordings.ts';

let replay: ReplayServer;

beforeAll(async () => {
  replay = await startReplayServer();
});
afterAll(() => replay?.close());

const framings: Partial<Record<WireFormat, typeof lines>> = {
  'openai-chat': markedEvents,
  'openai-completions': markedEvents,
  'openai-responses': namedEvents,
  'anthropic-messages': namedEvents,
  'cohere-chat': namedEvents,
  'gemini-generate': plainEvents,
  'ollama-chat': lines,
};

const play = (path: string, body: object = {}) =>
  fetch(replay.url + path, { method: 'POST', body: JSON.stringify(body) });

describe('the replay server', () => {
  it.each([
    'whole',
    'bytes',
    'cuts-7',
    'crlf',
    'cr',
    'comments',
    'no-space',
    'crlf+comments+no-space+cuts-1',
  ])('says the same, delivered as %s', async (delivery) => {
    const small = talkingRecordings.filter(
      ({ payloads, isBroken }) => !isBroken && payloads.join('').length < 6000,
    );
    expect(small.length).toBeGreaterThan(60);
    for (const recording of small) {
      const response = await play(`/replay/${recording.id}~${delivery}/any/path`);
      const framing = recording.form === 'whole' ? wholeBody : framings[recording.dialect];
      const framed = framing?.(await response.text(), response.headers.get('content-type') ?? '');
      expect(framed?.faults).toEqual([]);
      const fold = foldAnswer(recording.dialect, recording.form, framed?.payloads ?? []);
      expect(fold, recording.id).toEqual(foldRecording(recording));
    }
  });

  it.each([
    ['/v1/chat/completions', { model: 'rec-openai-chat--made-refusal-whole' }, 200],
    ['/v1beta/models/rec-gemini-generate--made-length-stream:streamGenerateContent?alt=sse', {}, 200],
    ['/v1/messages', { model: 'rec-openai-chat--made-refusal-whole' }, 404],
    ['/v1/chat/completions', { model: 'rec-nothing' }, 404],
    [
      '/v1/chat/completions',
      { model: 'rec-openai-chat--openai-reasoning-model-legacy-parameter-error-whole' },
      400,
    ],
  ])('chooses by the model asked for at %s', async (path, body, status) => {
    expect((await play(path, body)).status).toBe(status);
  });
});
