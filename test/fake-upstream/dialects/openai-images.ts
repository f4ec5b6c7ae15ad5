/** POST /v1/images/generations, edits and variations (protocols 2.8), and GET /files/… for answers by URL. One picture: a single pixel. */
import { type Json, numberIn, stringIn } from '../json.ts';
import { type Arrived, type House, type Operation, PlainBody } from '../operation.ts';
import { openaiFailure } from './openai-failure.ts';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const openaiImages: Operation = {
  name: 'openai-images',
  failure: openaiFailure,
  matches: (method, path) => method === 'POST' && path.endsWith('/images/generations'),
  modelOf: ({ body }) => stringIn(body.model),
  answer: { kind: 'plain', whole: draw },
};

export const changedImages: readonly Operation[] = ['edits', 'variations'].map((work) => ({
  ...openaiImages,
  name: `openai-image-${work}`,
  matches: (method: string, path: string) => method === 'POST' && path.endsWith(`/images/${work}`),
}));

export const pictureFile: Operation = {
  name: 'picture-file',
  failure: openaiFailure,
  matches: (method, path) => method === 'GET' && path.startsWith('/files/'),
  modelOf: () => '',
  answer: { kind: 'plain', whole: () => new PlainBody('image/png', Buffer.from(PIXEL, 'base64')) },
};

function draw({ body }: Arrived, house: House): Json {
  const count = numberIn(body.n) ?? Number(stringIn(body.n) || 1);
  const pictures = Array.from({ length: count }, (_, at) =>
    body.response_format === 'url' ? { url: `${house.url}/files/pixel-${at}.png` } : { b64_json: PIXEL },
  );
  return {
    created: Math.floor(Date.now() / 1000),
    data: pictures,
    output_format: 'png',
    size: stringIn(body.size) || '1024x1024',
    usage: {
      input_tokens: 5,
      input_tokens_details: { image_tokens: 0, text_tokens: 5 },
      output_tokens: 100 * pictures.length,
      total_tokens: 5 + 100 * pictures.length,
    },
  };
}
