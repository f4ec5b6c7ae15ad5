/** The oracle itself: does it read what is recorded, and do both forms of one answer come to the same? */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { foldRecording } from './fold-recording.ts';
import type { Fold } from './folds/fold.ts';
import { foldAnswer } from './folds/fold-answer.ts';
import { listAt, textAt } from './folds/loose.ts';
import { setAtPath } from './folds/set-at-path.ts';
import { recordedFiles } from './recorded-files.ts';
import { filesOf, recordedFolder, recordingOf, recordings } from './recordings.ts';
import { talkingRecordings } from './talking-recordings.ts';

const foldOf = (id: string): Fold => {
  const recording = recordingOf(id);
  if (!recording) throw new Error(`no recording is called ${id}`);
  return foldRecording(recording);
};

describe('the table of recorded files', () => {
  it('names every file of the folder, and no other', () => {
    const found = readdirSync(recordedFolder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(chunks\.txt|json)$/.test(path))
      .map((path) => path.replaceAll('\\', '/'));
    expect(recordedFiles.flatMap(filesOf).sort()).toEqual(found.sort());
  });

  it('gives every recording a name of its own', () => {
    const ids = recordings.map((recording) => recording.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[\w-]+$/.test(id))).toBe(true);
  });
});

describe('a fold', () => {
  it.each(talkingRecordings.map((recording) => [recording.id, recording] as const))(
    'reads %s: an answer with an end and a count, or a failure',
    (_id, recording) => {
      const fold = foldRecording(recording);
      expect(fold.error !== undefined).toBe(recording.isBroken);
      if (recording.isBroken) return;
      expect(fold.finish).toBeDefined();
      expect(fold.usage?.output).toBeGreaterThanOrEqual(0);
      expect(fold.usage?.output).toBeGreaterThanOrEqual(fold.usage?.reasoning ?? 0);
      expect(fold.toolCalls.every((call) => call.name !== '' && typeof call.arguments === 'object')).toBe(
        true,
      );
    },
  );

  const pairs = recordings
    .filter((one) => one.isMade && one.id.endsWith('-whole'))
    .map((one) => [one.id, one.id.replace(/-whole$/, '-stream')] as const)
    .filter(([, stream]) => recordingOf(stream));

  it.each(pairs)('of %s equals that of its stream', (whole, stream) => {
    expect(pairs.length).toBeGreaterThan(15);
    expect(foldOf(stream)).toEqual(foldOf(whole));
  });

  const responses = recordings.filter(
    ({ dialect, form, isBroken, isAbridged }) =>
      dialect === 'openai-responses' && form === 'stream' && !isBroken && !isAbridged,
  );

  it.each(responses.map((one) => [one.id, one] as const))(
    'of the stream %s equals that of the response its last event holds',
    (_id, recording) => {
      const last = JSON.parse(recording.payloads.at(-1) ?? '') as { response: unknown };
      if (listAt(last, 'response', 'output').length === 0) return;
      const whole = foldAnswer('openai-responses', 'whole', [last.response]);
      expect({ ...foldRecording(recording), thinking: '' }).toEqual({ ...whole, thinking: '' });
    },
  );

  it.each([
    [
      'openai-chat--openai-text-stream',
      { finish: 'stop', usage: { input: 16, output: 300, cached: 0, reasoning: 0 } },
    ],
    [
      'openai-chat--xai-tool-call-stream',
      {
        toolCalls: [{ name: 'weather', arguments: { location: 'San Francisco' } }],
        finish: 'tool-use',
        usage: { input: 291, output: 222, cached: 290, reasoning: 196 },
      },
    ],
    [
      'openai-chat--mistral-incremental-tool-call-stream',
      { toolCalls: [{ name: 'webSearchTool', arguments: { query: 'current Berlin weather' } }] },
    ],
    [
      'openai-chat--mistral-reasoning-stream',
      { text: '2 + 2 = 4', thinking: 'The user is asking for 2+2. This is basic arithmetic. 2+2=4.' },
    ],
    [
      'openai-chat--alibaba-tool-call-stream',
      { toolCalls: [{ name: 'weather', arguments: { location: 'San Francisco' } }] },
    ],
    [
      'cohere-chat--cohere-empty-tool-call-stream',
      {
        text: 'I will use the currentTime tool to find the current time.',
        toolCalls: [{ name: 'currentTime', arguments: {} }],
        usage: { input: 1445, output: 43, cached: 704, reasoning: 0 },
      },
    ],
    ['cohere-chat--cohere-null-args-whole', { toolCalls: [{ name: 'currentTime', arguments: {} }] }],
    [
      'anthropic-messages--anthropic-code-execution-20260120-prompt-cache-1-stream',
      { usage: { input: 9632, output: 198, cached: 6289, reasoning: 0 } },
    ],
    [
      'anthropic-messages--anthropic-duplicate-message-start-stream',
      { text: 'Hello, World!', finish: 'stop' },
    ],
    ['anthropic-messages--anthropic-spliced-message-start-stream', { error: 'two messages in one stream' }],
    [
      'gemini-generate--google-stream-no-args-tool-call-stream',
      {
        toolCalls: [
          { name: 'read_theme', arguments: {} },
          ...['A', 'B', 'C'].map((id) => ({ name: 'read_screen', arguments: { id } })),
        ],
        finish: 'tool-use',
        usage: { input: 249, output: 241, cached: 0, reasoning: 183 },
      },
    ],
    [
      'openai-responses--openai-custom-tool-1-stream',
      { toolCalls: [{ name: 'write_sql', arguments: { input: 'SELECT * FROM users WHERE age > 25' } }] },
    ],
    ['openai-responses--openai-error-1-stream', { error: expect.stringContaining('quota') }],
    ['ollama-chat--made-cached-prompt-stream', { usage: { input: 0, output: 2, cached: 0, reasoning: 0 } }],
  ])('of %s is what a reader sees', (id, expected) => {
    expect(foldOf(id)).toMatchObject(expected);
  });

  it('builds arguments that come in pieces (Vertex)', () => {
    const [call] = foldOf(
      'gemini-generate--google-vertex-stream-tool-call-arguments-nested-1-stream',
    ).toolCalls;
    expect(textAt(call, 'name')).toBe('cookRecipe');
    expect(call?.arguments).toMatchObject({
      recipe: {
        name: 'Lasagna',
        ingredients: expect.arrayContaining([{ amount: '1 lb', name: 'Ground beef' }]),
        steps: expect.arrayContaining(['Let stand for 15 minutes before serving.']),
      },
    });
  });

  it('sets what lies deep in an object, and lets texts grow', () => {
    const root = {};
    setAtPath(root, '$.a[1].b', 'x');
    setAtPath(root, '$.a[1].b', 'y');
    setAtPath(root, '$.c', 1);
    setAtPath(root, '$.c', 2);
    expect(root).toEqual({ a: [undefined, { b: 'xy' }], c: 2 });
  });
});
