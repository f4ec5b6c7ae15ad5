/** Pictures that a Fooocus behind the gateway makes out of pictures: edits, variations, larger copies. */
import { createHash } from 'node:crypto';
import OpenAI, { APIError, toFile } from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { calm } from '../fake-upstream/runtimes/runtime-memory.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { toyPng } from '../support/toy-png.ts';
import { waitFor } from '../support/wait-for.ts';

const BASE = 'juggernautXL_v8Rundiffusion.safetensors';
const LORA = 'sdxl_lcm_lora.safetensors';

let upstream: FakeUpstream;
let gateway: RunningGateway;
let openai: OpenAI;

beforeAll(async () => {
  upstream = await startFakeUpstream({ runtime: 'fooocus', keys: ['key-of-fooocus'] });
  const common = { type: 'fooocus', base_url: upstream.url, api_key: 'key-of-fooocus' };
  gateway = await startGateway({
    config: {
      backends: [
        {
          ...common,
          name: 'painter',
          models: { sdxl: BASE, bare: { base_model: BASE, styles: { default: [] } } },
          styles: ['Fooocus V2', 'Fooocus Sharp'],
          loras: [LORA],
          cost: { currency: 'eur', default: { image: 0.02 } },
        },
      ],
    },
  });
  openai = new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.baseUrl}/v1`, maxRetries: 0 });
});

afterEach(() => {
  Object.assign(upstream.memory.mood, calm);
  upstream.memory.jobs.length = 0;
  upstream.memory.stops.length = 0;
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const pixels = { width: 2, height: 1, colourType: 6, bitDepth: 8 } as const;
const cat = toyPng({ ...pixels, rows: [Buffer.from([1, 2, 3, 255, 4, 5, 6, 255])] });
const clear = toyPng({ ...pixels, rows: [Buffer.from([255, 255, 255, 0, 255, 255, 255, 255])] });
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const file = (bytes: Buffer, name = 'a.png') => toFile(bytes, name, { type: 'image/png' });
const lastJob = () => upstream.memory.jobs.at(-1);
const lastSent = () => lastJob()?.sent ?? {};

const edit = async (more: object = {}, image: Buffer | Buffer[] = cat): Promise<OpenAI.ImagesResponse> => {
  const images = Array.isArray(image) ? await Promise.all(image.map((one) => file(one))) : await file(image);
  const body = { model: 'sdxl', prompt: 'a red cat', image: images, ...more };
  return openai.images.edit(body, {}) as Promise<OpenAI.ImagesResponse>;
};
const vary = async (more: object = {}): Promise<OpenAI.ImagesResponse> => {
  const body = { model: 'sdxl', image: await file(cat), ...more };
  return openai.images.createVariation(body);
};

async function failureOf(answer: Promise<unknown>): Promise<InstanceType<typeof APIError>> {
  const thrown = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(APIError);
  return thrown as InstanceType<typeof APIError>;
}

describe('an edit', () => {
  it('with a mask is made in that part of the picture, which is sent as it came', async () => {
    const answer = await edit({
      mask: await file(clear, 'hole.png'),
      n: 2,
      seed: 7,
      negative_prompt: 'dogs',
    });
    expect(answer.data).toHaveLength(2);
    expect(answer.data?.[0]).toMatchObject({ b64_json: expect.stringMatching(/^iVBOR/), seed: 7 });
    expect(lastJob()?.type).toBe('Image Inpaint or Outpaint');
    expect(lastSent()).toMatchObject({
      input_image: { sha256: digest(cat), type: 'image/png', name: 'input_image.png' },
      prompt: 'a red cat',
      negative_prompt: 'dogs',
      image_number: 2,
      image_seed: 7,
      base_model_name: BASE,
      style_selections: ['Fooocus V2', 'Fooocus Sharp'],
      loras: [{ enabled: true, model_name: LORA, weight: 1 }],
      async_process: true,
      require_base64: true,
    });
    // White where it was clear: another file than the one that was sent.
    expect(lastSent().input_mask).toMatchObject({ type: 'image/png', name: 'input_mask.png' });
    expect(lastSent().input_mask).not.toMatchObject({ sha256: digest(clear) });
    expect(lastSent()).not.toHaveProperty('aspect_ratios_selection');
    await waitFor('the ledger', () => gateway.ledgerRows().some(({ images }) => images === 2));
    expect(gateway.ledgerRows().at(-1)).toMatchObject({ operation: 'images', cost: 0.04 });
  });

  it('with a mask that is black and white already is sent with that very mask', async () => {
    const rows = [Buffer.from([0, 255])];
    const mask = toyPng({ width: 2, height: 1, colourType: 0, bitDepth: 8, rows });
    await edit({ mask: await file(mask) });
    expect(lastSent().input_mask).toMatchObject({ sha256: digest(mask) });
  });

  it('without one is a new picture, guided by those that were sent, in the size that was asked for', async () => {
    const dog = toyPng({ ...pixels, rows: [Buffer.alloc(8)] });
    await edit({ size: '1024x1536' }, [cat, dog]);
    expect(lastJob()?.type).toBe('Image Prompt');
    expect(lastSent()).toMatchObject({
      cn_img1: { sha256: digest(cat) },
      cn_img2: { sha256: digest(dog) },
      aspect_ratios_selection: '832*1216',
    });
    expect(lastSent()).not.toHaveProperty('input_image');
  });

  it('of one picture guided by another keeps them apart', async () => {
    const dog = toyPng({ ...pixels, rows: [Buffer.alloc(8)] });
    await edit({ mask: await file(clear) }, [cat, dog]);
    expect(lastJob()?.type).toBe('Image Prompt');
    expect(lastSent()).toMatchObject({
      input_image: { sha256: digest(cat) },
      cn_img1: { sha256: digest(dog) },
    });
  });

  it('can let a picture grow, and tells that it has no other size', async () => {
    const { response } = await openai.images
      .edit({
        model: 'sdxl',
        prompt: 'a',
        image: await file(cat),
        size: '1024x1024',
        ...{ outpaint: 'left,Top' },
      })
      .withResponse();
    expect(lastSent()).toMatchObject({ outpaint_selections: ['Left', 'Top'] });
    expect(response.headers.get('x-sluice-warnings')).toContain(
      'dropped;param=size;reason=as_the_picture_sent',
    );
  });

  it('may be asked for in JSON, with the picture in it', async () => {
    const answer = await fetch(`${gateway.baseUrl}/v1/images/edits`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify({
        model: 'sdxl',
        prompt: 'a',
        images: [{ image_url: `data:image/png;base64,${cat.toString('base64')}` }],
        mask: { image_url: `data:image/png;base64,${clear.toString('base64')}` },
      }),
    });
    expect(answer.status).toBe(200);
    expect(lastSent()).toMatchObject({
      input_image: { sha256: digest(cat) },
      input_mask: { type: 'image/png' },
    });
  });

  it('without styles has none: a form says that in its own way', async () => {
    await edit({ model: 'bare' });
    expect(lastSent()).toMatchObject({ style_selections: [] });
  });

  it('is linked to under a link of the gateway', async () => {
    const { data = [] } = await edit({ response_format: 'url' });
    const url = new URL(data[0]?.url ?? '');
    expect(url.origin).toBe(gateway.baseUrl);
    expect((await fetch(url)).headers.get('content-type')).toBe('image/png');
  });

  it('is streamed, in the making where that is asked for', async () => {
    upstream.memory.mood.jobMs = 1_500;
    const stream = await openai.images.edit({
      ...{ model: 'sdxl', prompt: 'a', image: await file(cat), stream: true, partial_images: 2 },
    });
    const types: string[] = [];
    for await (const event of stream as AsyncIterable<{ type: string }>) types.push(event.type);
    expect(types).toEqual(['image_edit.partial_image', 'image_edit.completed']);
  });

  it('of a picture of many megabytes arrives whole', async () => {
    const large = Buffer.concat([cat, Buffer.alloc(20 * 1024 * 1024, 7)]);
    await edit({}, large);
    expect(lastSent().cn_img1).toMatchObject({ sha256: digest(large), size: large.length });
  });
});

describe('a variation', () => {
  it.each([
    [{}, { uov_method: 'Vary (Subtle)' }],
    [
      { vary: 'strong', n: 3 },
      { uov_method: 'Vary (Strong)', image_number: 3 },
    ],
    [{ upscale: 1.5 }, { uov_method: 'Upscale (1.5x)' }],
    [{ upscale: '2' }, { uov_method: 'Upscale (2x)' }],
    [{ upscale: 'fast' }, { uov_method: 'Upscale (Fast 2x)' }],
    [{ upscale: 3.5 }, { uov_method: 'Upscale (Custom)', upscale_value: 3.5 }],
  ])('with %j is asked for with %j', async (wishes, sent) => {
    await vary(wishes);
    expect(lastJob()?.type).toBe('Image Upscale or Variation');
    expect(lastSent()).toMatchObject({ ...sent, input_image: { sha256: digest(cat) } });
  });

  it('may follow a prompt, as an edit', async () => {
    await edit({ vary: 'subtle' });
    expect(lastSent()).toMatchObject({ uov_method: 'Vary (Subtle)', prompt: 'a red cat' });
  });
});

describe('what cannot be', () => {
  const six = [cat, cat, cat, cat, cat, cat];
  it.each([
    ['two changes at once', () => edit({ vary: 'subtle', upscale: 2 }), 'upscale'],
    ['a side there is not', () => edit({ outpaint: 'up' }), 'outpaint'],
    ['a strength there is not', () => edit({ vary: 'a lot' }), 'vary'],
    ['too much of it', () => edit({ upscale: 9 }), 'upscale'],
    ['several pictures varied', () => edit({ vary: 'subtle' }, [cat, cat]), 'image'],
    ['a mask for a whole picture', async () => edit({ vary: 'subtle', mask: await file(clear) }), 'mask'],
    ['six guides', () => edit({}, six), 'image'],
    ['what is no picture', () => edit({}, Buffer.from('GIF89a and so on')), 'image'],
    [
      'a mask that is cut off',
      async () => edit({ mask: await file(Buffer.from(cat.subarray(0, 50))) }),
      'mask',
    ],
    ['no picture', () => vary({ image: undefined }), 'image'],
    ['a seed in words', () => edit({ seed: 'seven' }), 'seed'],
    ['a quality there is not', () => edit({ quality: 'best' }), 'quality'],
  ])('%s is refused by the name of its member before anything is begun', async (_what, ask, param) => {
    expect(await failureOf(ask())).toMatchObject({ status: 400, code: 'invalid_request', param });
    expect(upstream.memory.jobs).toHaveLength(0);
  });

  it('a picture that lies elsewhere is not fetched', async () => {
    const answer = await fetch(`${gateway.baseUrl}/v1/images/edits`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify({ model: 'sdxl', prompt: 'a', images: [{ image_url: `${upstream.url}/ping` }] }),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { code: 'unsupported_parameter', param: 'images[0]' },
    });
  });
});

it('a client that leaves has its edit stopped when that runs, and nobody else’s', async () => {
  upstream.memory.mood.jobMs = 20_000;
  const leave = new AbortController();
  const body = { model: 'sdxl', prompt: 'a', image: await file(cat) };
  const gone = openai.images.edit(body, { signal: leave.signal }).catch(() => 'gone');
  await waitFor('the job to run', () => upstream.memory.jobs[0]?.stage === 'RUNNING');
  leave.abort();
  await gone;
  await waitFor('the stop', () => upstream.memory.jobs[0]?.finish === 'USER_CANCEL');
  expect(upstream.memory.stops).toEqual([upstream.memory.jobs[0]]);
});

/** At last: whoever asks to be left alone is. */
it('a full queue, which it tells with 200, is a 429', async () => {
  upstream.memory.mood.jobsMax = 0;
  expect(await failureOf(vary())).toMatchObject({ status: 429, code: 'rate_limited' });
});
