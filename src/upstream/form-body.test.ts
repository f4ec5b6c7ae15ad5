import { describe, expect, it } from 'vitest';
import { fileOf, type SentFile } from '../model/sent-file.ts';
import { FormBody } from './form-body.ts';

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100, 7)]);
const webp = Buffer.from('RIFF\x01\x02\x03\nWEBPVP8 and more', 'latin1');

/** As the platform reads it, which knows nothing of how it was written. */
async function readBack(form: FormBody): Promise<FormData> {
  const pieces: Buffer[] = [];
  for await (const piece of form.open()) pieces.push(piece as Buffer);
  const bytes = Buffer.concat(pieces);
  expect(bytes.length).toBe(form.length);
  return new Response(bytes, { headers: { 'content-type': form.contentType } }).formData();
}

describe('a form of our own', () => {
  it('holds texts and pictures, each called what it is and not what the client calls it', async () => {
    const form = await FormBody.of([
      { name: 'prompt', text: 'äöü\r\n--form-' },
      { name: 'style', text: 'a' },
      { name: 'style', text: '' },
      { name: 'input_image', picture: fileOf(png), param: 'image' },
      { name: 'cn_img1', picture: fileOf(webp), param: 'image' },
    ]);
    const back = await readBack(form);
    expect(back.get('prompt')).toBe('äöü\r\n--form-');
    expect(back.getAll('style')).toEqual(['a', '']);
    const image = back.get('input_image') as File;
    expect([image.name, image.type, image.size]).toEqual(['input_image.png', 'image/png', png.length]);
    expect(Buffer.from(await image.arrayBuffer())).toEqual(png);
    expect((back.get('cn_img1') as File).type).toBe('image/webp');
  });

  it('reads pictures while it is sent, and can be sent again', async () => {
    let pieces = 0;
    const large: SentFile = {
      length: png.length + 30,
      async *open() {
        for (const piece of [png.subarray(0, 5), png.subarray(5), Buffer.alloc(30)]) {
          pieces++;
          yield piece;
        }
      },
    };
    const form = await FormBody.of([{ name: 'a', picture: large, param: 'image' }]);
    // No more than its beginning was looked at.
    expect(pieces).toBe(2);
    expect((await readBack(form)).get('a')).toMatchObject({ size: png.length + 30 });
    expect((await readBack(form)).get('a')).toMatchObject({ size: png.length + 30 });
  });

  it.each([
    ['GIF89a and so on', 'image'],
    ['', 'mask'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'image'],
  ])('%j is no picture that can be sent', async (text, param) => {
    const made = FormBody.of([{ name: 'a', picture: fileOf(Buffer.from(text)), param }]);
    await expect(made).rejects.toMatchObject({ code: 'invalid_request', details: { param } });
  });
});
