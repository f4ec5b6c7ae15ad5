import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { fileOf, type SentFile } from '../../model/sent-file.ts';
import { Warnings } from '../../model/warnings.ts';
import { openAiImageEdits } from './openai-image-edits.ts';

const address = { route: '/v1/images/edits', model: undefined, query: '' };
const cat = fileOf(Buffer.from('cat'));
const dog = fileOf(Buffer.from('dog'));
const hole = fileOf(Buffer.from('hole'));

function read(body: JsonObject, files?: Readonly<Record<string, readonly SentFile[]>>) {
  return openAiImageEdits.readCall(body, {
    address,
    warnings: new Warnings(),
    files: files && ((field) => files[field] ?? []),
  });
}

const form = { model: 'm', prompt: 'a gate', image: { filename: 'a.png', content_type: 'image/png' } };

describe('an edit is read', () => {
  it('from a form, whose numbers are texts', () => {
    const call = read(
      { ...form, n: '2', size: '512x768', seed: '7', quality: 'auto', user: 'u' },
      {
        image: [cat],
        mask: [hole],
      },
    );
    expect(call).toEqual({
      kind: 'image-change',
      change: 'edit',
      model: 'm',
      prompt: 'a gate',
      count: 2,
      size: { width: 512, height: 768 },
      pictures: [cat],
      mask: hole,
      extra: { seed: '7' },
    });
  });

  it('with several pictures, as the SDKs write a list', () => {
    expect(read({ model: 'm', prompt: 'a' }, { 'image[]': [cat, dog] })).toMatchObject({
      pictures: [cat, dog],
    });
  });

  it('from JSON with the pictures in it', async () => {
    const call = read({
      model: 'm',
      prompt: 'a',
      images: [{ image_url: 'data:image/png;base64,Y2F0' }],
      mask: null,
    });
    const [picture] = (call as { pictures: readonly SentFile[] }).pictures;
    expect(picture?.length).toBe(3);
    for await (const piece of picture?.open() ?? []) expect(piece.toString()).toBe('cat');
    expect(call).toMatchObject({ mask: undefined, extra: {} });
  });
});

describe('an edit is refused', () => {
  it.each([
    ['without a picture', { model: 'm', prompt: 'a' }, {}, 'image', 'invalid_request'],
    [
      'with a picture elsewhere',
      { images: [{ image_url: 'https://x.example/a.png' }] },
      undefined,
      'images[0]',
      'unsupported_parameter',
    ],
    [
      'with a file by its id',
      { images: [{ file_id: 'f' }] },
      undefined,
      'images[0]',
      'unsupported_parameter',
    ],
    [
      'with what cannot be decoded',
      { images: [{ image_url: 'data:image/png;base64,!' }] },
      undefined,
      'images[0]',
      'invalid_request',
    ],
    ['with no list', { images: 'cat' }, undefined, 'images', 'invalid_request'],
    [
      'with a form for the answer there is not',
      { ...form, response_format: 'jpg' },
      { image: [cat] },
      'response_format',
      'invalid_request',
    ],
    ['with a crowd', form, { image: Array.from({ length: 17 }, () => cat) }, 'image', 'invalid_request'],
  ] as const)('%s', (_what, body, files, param, code) => {
    expect(() => read(body, files)).toThrow(
      expect.objectContaining({ code, details: expect.objectContaining({ param }) }),
    );
  });
});
