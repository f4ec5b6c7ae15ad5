import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { expect, it } from 'vitest';
import type { Backend } from './backend.ts';
import { discoverModels } from './discover-models.ts';

const backend = {
  origin: 'http://127.0.0.1:1',
  basePath: '/v1',
  lookUpHeaders: [],
  provider: { modelsPath: '/models' },
} as unknown as Backend;

function namesIn(answer: string, statusCode = 200) {
  const request = async () => ({ statusCode, body: Readable.from([Buffer.from(answer)]) });
  return discoverModels(backend, { request } as unknown as Dispatcher);
}

it.each([
  ['OpenAI', { data: [{ id: 'a' }, { id: 'b' }] }],
  ['Gemini', { models: [{ name: 'models/a' }, { name: 'b' }] }],
  ['Together, without a wrapping', [{ id: 'a' }, { id: 'b' }]],
  ['a maker of pictures, as files', { model_filenames: ['a', 'b'], lora_filenames: ['c'] }],
])('models as %s lists them', async (_who, answer) => {
  expect(await namesIn(JSON.stringify(answer))).toEqual(['a', 'b']);
});

it.each([['{}'], ['"a"'], ['no JSON'], ['{"data": {}}']])('%s lists nothing', async (answer) => {
  expect(await namesIn(answer)).toBeUndefined();
});

it('a refusal lists nothing, whatever stands in it', async () => {
  expect(await namesIn('{"data": [{"id": "a"}]}', 401)).toBeUndefined();
});
