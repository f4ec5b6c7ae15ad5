import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ListedModel, ModelsPage } from '../models-page.ts';
import { geminiPages } from './gemini-generate.ts';

const [list, one] = geminiPages as readonly [ModelsPage, ModelsPage];
const model = (id: string, rest: Partial<ListedModel> = {}): ListedModel => ({
  ...{
    id,
    ownedBy: 'b',
    createdS: 1,
    operations: ['chat'],
    inputTokensMax: undefined,
    outputTokensMax: undefined,
    isRunning: false,
    ...rest,
  },
});
const many = Array.from({ length: 120 }, (_, at) => model(`m${at}`));
const ask = (query: string, models = many) =>
  list.answer(models, { model: undefined, query, body: undefined }) as JsonObject;
const count = (page: JsonObject) => (page['models'] as JsonObject[]).length;

describe('the pages of models', () => {
  it('tells what a model is and can do, and leaves out what nobody knows', () => {
    const models = [
      model('a/b:c', { operations: ['chat', 'embeddings'], inputTokensMax: 9, outputTokensMax: 3 }),
      model('d', { operations: ['images'] }),
    ];
    expect(ask('', models)).toEqual({
      models: [
        {
          ...{
            name: 'models/a/b:c',
            version: '001',
            displayName: 'a/b:c',
            inputTokenLimit: 9,
            outputTokenLimit: 3,
          },
          supportedGenerationMethods: [
            'generateContent',
            'streamGenerateContent',
            'countTokens',
            'embedContent',
            'batchEmbedContents',
          ],
        },
        { name: 'models/d', version: '001', displayName: 'd', supportedGenerationMethods: [] },
      ],
    });
  });

  it('goes through all of them page by page', () => {
    const first = ask('pageSize=70');
    expect([count(first), first['nextPageToken']]).toEqual([70, '70']);
    const second = ask('pageSize=70&pageToken=70');
    expect([count(second), second['nextPageToken']]).toEqual([50, undefined]);
    expect(count(ask(''))).toBe(50);
    expect(count(ask('pageSize=0&pageToken='))).toBe(50);
    expect(count(ask('pageSize=5000'))).toBe(120);
    expect(count(ask('pageToken=900'))).toBe(0);
    expect(() => ask('pageToken=x')).toThrow(GatewayError);
  });

  it('finds one, by its bare name or its resource name', () => {
    const find = (name: string) => one.answer(many, { model: name, query: '', body: undefined });
    expect(find('m7')).toMatchObject({ name: 'models/m7' });
    expect(find('models/m7')).toMatchObject({ name: 'models/m7' });
    expect(() => find('gone')).toThrow(GatewayError);
    expect(() => find('models/m1199')).toThrow('Did you mean "m119"');
    expect(one.writeError(new GatewayError('model_not_found', 'm'))).toMatchObject({
      error: { code: 404, status: 'NOT_FOUND' },
    });
  });
});
