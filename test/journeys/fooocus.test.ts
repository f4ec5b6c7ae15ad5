/** Pictures of a Fooocus behind the gateway, asked for with OpenAI's own SDK: begun, looked at, fetched, called off. */
import { readdirSync } from 'node:fs';
import OpenAI, { APIError } from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { putStrangersJob } from '../fake-upstream/runtimes/fooocus.ts';
import { calm } from '../fake-upstream/runtimes/runtime-memory.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';

const BASE = 'juggernautXL_v8Rundiffusion.safetensors';
const REFINER = 'sd_xl_refiner_1.0.safetensors';
const LORA = 'sdxl_lcm_lora.safetensors';

const folder = tempFolder();
let upstream: FakeUpstream;
let talker: FakeUpstream;
let gateway: RunningGateway;
let openai: OpenAI;

beforeAll(async () => {
  upstream = await startFakeUpstream({ runtime: 'fooocus', keys: ['key-of-fooocus'] });
  talker = await startFakeUpstream();
  const common = { type: 'fooocus', base_url: upstream.url, api_key: 'key-of-fooocus' };
  gateway = await startGateway({
    config: {
      apps: [
        { app_id: 'one', api_keys: ['sk-one'], trace: { file: `${folder}/trace.jsonl`, imagedir: folder } },
      ],
      backends: {
        sequence_groups: { gpu: {} },
        backends: [
          {
            ...common,
            name: 'painter',
            models: {
              sdxl: BASE,
              anime: { base_model: BASE, styles: ['SAI Anime'], performance: 'Extreme Speed' },
              lost: 'no-such-file.safetensors',
            },
            styles: { default: ['Fooocus V2'], vivid: ['Fooocus V2', 'Fooocus Sharp'] },
            performance: { hd: 'Quality', draft: 'Hyper-SD' },
            refiner: { model_name: REFINER, switch: 0.7 },
            loras: [LORA, { model_name: 'sd_xl_offset_example-lora_1.0.safetensors', weight: 0.3 }],
            size_map: { '1024x1024': '1152*896' },
            cost: { currency: 'eur', default: { image: 0.02 } },
          },
          // As nothing but its type would be written.
          { ...common, name: 'plain', supports: { images: ['juggernautXL*', 'sdxl-typo'] } },
          { ...common, name: 'locked-out', api_key: 'wrong', supports: { images: ['secret'] } },
          // It is asked what it has, and waits for its turn with a model of another server on the same card.
          { ...common, name: 'on-the-card', sequence_group: 'gpu' },
          { ...common, name: 'large', models: { large: BASE }, small_sizes: 'enlarge' },
          { ...common, name: 'strict', models: { strict: BASE }, small_sizes: 'refuse' },
          { ...common, name: 'hurried', models: { hasty: BASE }, timeouts: { read_s: 2 } },
          {
            type: 'openai-compatible',
            name: 'talker',
            base_url: `${talker.url}/v1`,
            sequence_group: 'gpu',
            supports: { chat: ['talk'] },
          },
          // An oracle for what is not there: a list that names a style the backend lacks.
          { ...common, name: 'wrong-style', models: { odd: BASE }, styles: ['Fooocus V3'] },
        ],
      },
    },
  });
  openai = new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.baseUrl}/v1`, maxRetries: 0 });
});

afterEach(() => {
  Object.assign(upstream.memory.mood, calm);
  upstream.memory.jobs.length = 0;
  upstream.memory.stops.length = 0;
  upstream.setScenario('');
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
  await talker?.close();
});

const paint = (more: object = {}, model = 'sdxl') =>
  openai.images.generate({ model, prompt: 'a red cat', ...more }, {}) as Promise<OpenAI.ImagesResponse>;
const lastSent = () => upstream.memory.jobs.at(-1)?.sent ?? {};

async function failureOf(answer: Promise<unknown>): Promise<InstanceType<typeof APIError>> {
  const thrown = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(APIError);
  return thrown as InstanceType<typeof APIError>;
}

describe('a picture', () => {
  it('is made as the configuration says of its model, and told as OpenAI tells it', async () => {
    const answer = await paint({ n: 2, seed: 7, negative_prompt: 'dogs' });
    expect(answer.data).toHaveLength(2);
    expect(answer.data?.[0]).toMatchObject({ b64_json: expect.stringMatching(/^iVBOR/), seed: 7 });
    expect(answer.data?.[1]).toMatchObject({ seed: 8 });
    expect(lastSent()).toMatchObject({
      prompt: 'a red cat',
      negative_prompt: 'dogs',
      image_number: 2,
      image_seed: 7,
      base_model_name: BASE,
      refiner_model_name: REFINER,
      refiner_switch: 0.7,
      loras: [
        { enabled: true, model_name: LORA, weight: 1 },
        { enabled: true, model_name: 'sd_xl_offset_example-lora_1.0.safetensors', weight: 0.3 },
      ],
      style_selections: ['Fooocus V2'],
      async_process: true,
      require_base64: true,
    });
    expect(lastSent()).not.toHaveProperty('performance_selection');
    await waitFor('the ledger', () => gateway.ledgerRows().length > 0);
    expect(gateway.ledgerRows().at(-1)).toMatchObject({
      backend: 'painter',
      operation: 'images',
      cost: 0.04,
    });
  });

  it.each([
    ['sdxl', { quality: 'hd', style: 'vivid' }, 'Quality', ['Fooocus V2', 'Fooocus Sharp']],
    ['sdxl', { quality: 'low', style: 'natural' }, 'Lightning', ['Fooocus V2']],
    ['sdxl', { quality: 'draft', style: 'SAI Photographic' }, 'Hyper-SD', ['SAI Photographic']],
    ['anime', {}, 'Extreme Speed', ['SAI Anime']],
    ['anime', { quality: 'standard' }, 'Speed', ['SAI Anime']],
  ])('of %s asked for with %j is made with %s in %j', async (model, wishes, performance, styles) => {
    await paint(wishes, model);
    expect(lastSent()).toMatchObject({ performance_selection: performance, style_selections: styles });
  });

  it.each([
    ['sdxl', undefined, {}],
    ['sdxl', 'auto', {}],
    ['sdxl', '1024x1024', { aspect_ratios_selection: '1152*896' }],
    [BASE, '1024x1024', { aspect_ratios_selection: '1024*1024' }],
    [BASE, '1792x1024', { aspect_ratios_selection: '1344*768' }],
    [BASE, '1024x1792', { aspect_ratios_selection: '768*1344' }],
    [BASE, '1536x1024', { aspect_ratios_selection: '1216*832' }],
    [BASE, '1024x1536', { aspect_ratios_selection: '832*1216' }],
    [BASE, '256x256', { aspect_ratios_selection: '1024*1024' }],
    [BASE, '1152x832', { aspect_ratios_selection: '1152*832' }],
    [BASE, '1000x600', { advanced_params: { overwrite_width: 1000, overwrite_height: 600 } }],
  ])('of %s in size %s is asked for by %j', async (model, size, wanted) => {
    await paint(size === undefined ? {} : { size }, model);
    const { aspect_ratios_selection, advanced_params } = lastSent();
    expect({ aspect_ratios_selection, advanced_params }).toEqual({
      aspect_ratios_selection: undefined,
      advanced_params: undefined,
      ...wanted,
    });
  });

  it.each(['256x256', '512x512'] as const)('of %s is drawn larger and made smaller here', async (size) => {
    const { data, response } = await openai.images
      .generate({ model: 'sdxl', prompt: 'a', size })
      .withResponse();
    const png = Buffer.from(data.data?.[0]?.b64_json ?? '', 'base64');
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(size);
    expect(lastSent()).toMatchObject({ aspect_ratios_selection: '1024*1024' });
    expect(response.headers.get('x-sluice-warnings')).toBeNull();
  });

  it('tells what of a wish was not heeded', async () => {
    const { response } = await openai.images
      .generate({ model: 'large', prompt: 'a', size: '512x512', background: 'opaque', output_format: 'jpeg' })
      .withResponse();
    const told = response.headers.get('x-sluice-warnings');
    expect(told).toContain('dropped;param=background');
    expect(told).toContain('changed;param=size');
    // Fooocus-API gives base64 as PNG, whatever the file is saved as.
    expect(told).toContain('changed;param=output_format');
    expect(lastSent()).toMatchObject({ save_extension: 'jpg' });
  });

  it('is made as firmly and as sharply as is asked for', async () => {
    await paint({ guidance_scale: 4.5, sharpness: 12 });
    expect(lastSent()).toMatchObject({ guidance_scale: 4.5, sharpness: 12 });
  });

  it('of a model whose name is that of its file, ending or not, needs no configuration', async () => {
    await paint({}, 'juggernautXL_v8Rundiffusion');
    expect(lastSent()).toMatchObject({ base_model_name: BASE });
    expect(lastSent()).not.toHaveProperty('refiner_model_name');
  });
});

describe('a link to a picture', () => {
  it('leads to the gateway, needs no key, and works for nobody who changed it', async () => {
    const { data = [] } = await paint({ response_format: 'url' });
    const url = new URL(data[0]?.url ?? '');
    expect(url.origin).toBe(gateway.baseUrl);
    const picture = await fetch(url);
    expect(picture.status).toBe(200);
    expect(Object.fromEntries(picture.headers)).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'cache-control': expect.stringMatching(/^private, max-age=3[56]\d\d$/),
    });
    expect(
      Buffer.from(await picture.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    url.searchParams.set('expires', '9999999999');
    const refused = await fetch(url);
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ error: { code: 'not_found' } });
  });

  it('is followed for an app that has its pictures archived', async () => {
    const pictures = () => readdirSync(folder).filter((name) => name.endsWith('.png')).length;
    const before = pictures();
    await paint({ response_format: 'url' });
    await waitFor('the picture in the folder', () => pictures() > before);
  });

  it('has the address by which the client found the gateway', async () => {
    const answer = await fetch(`${gateway.baseUrl}/v1/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'x-forwarded-host': 'evil.example' },
      body: JSON.stringify({ model: 'sdxl', prompt: 'a', response_format: 'url' }),
    });
    const { data } = (await answer.json()) as { data: { url: string }[] };
    expect(data[0]?.url).toMatch(new RegExp(`^${gateway.baseUrl}/v1/images/files/[0-9a-f]{32}\\.png\\?`));
  });
});

describe('a stream of pictures', () => {
  it('shows them in the making where that is asked for', async () => {
    upstream.memory.mood.jobMs = 1_500;
    const stream = await openai.images.generate({
      model: 'sdxl',
      prompt: 'a',
      stream: true,
      partial_images: 2,
    });
    const types: string[] = [];
    for await (const event of stream) types.push(event.type);
    expect(types).toEqual(['image_generation.partial_image', 'image_generation.completed']);
  });

  it('that fails after a glimpse ends with the failure', async () => {
    Object.assign(upstream.memory.mood, { jobMs: 1_000, jobEnds: 'ERROR' });
    const stream = await openai.images.generate({
      model: 'sdxl',
      prompt: 'a',
      stream: true,
      partial_images: 1,
    });
    const read = async () => {
      for await (const _ of stream);
    };
    await expect(read()).rejects.toThrow(/could not make the picture: CUDA out of memory/);
  });
});

describe('what cannot be', () => {
  it.each([
    ['sdxl-typo', {}, 404, 'model_not_found', 'model'],
    ['sdxl', { style: 'SAI Animee' }, 400, 'invalid_request', 'style'],
    ['sdxl', { quality: 'best' }, 400, 'invalid_request', 'quality'],
    ['sdxl', { size: '100x100' }, 400, 'invalid_request', 'size'],
    ['strict', { size: '256x256' }, 400, 'invalid_request', 'size'],
    ['sdxl', { guidance_scale: 50 }, 400, 'invalid_request', 'guidance_scale'],
    ['sdxl', { seed: 'seven' }, 400, 'invalid_request', 'seed'],
    ['sdxl', { output_format: 'gif' }, 400, 'invalid_request', 'output_format'],
    ['sdxl', { n: 11 }, 400, 'invalid_request', 'n'],
  ])('%s with %j is refused with %i before anything is begun', async (model, wishes, status, code, param) => {
    expect(await failureOf(paint(wishes, model))).toMatchObject({ status, code, param });
    expect(upstream.memory.jobs).toHaveLength(0);
  });

  it.each([
    ['lost', /no model "no-such-file.safetensors", which the configuration names/],
    ['odd', /no style "Fooocus V3", which the configuration names\. Did you mean "Fooocus V2"/],
  ])('%s is the operator’s to mend, and not to be tried again', async (model, words) => {
    const failure = await failureOf(paint({}, model));
    expect(failure).toMatchObject({
      status: 502,
      code: 'upstream_error',
      message: expect.stringMatching(words),
    });
    expect(failure.headers?.get('x-should-retry')).toBe('false');
    expect(upstream.memory.jobs).toHaveLength(0);
  });

  it('a key it refuses is our failure, not the client’s', async () => {
    expect(await failureOf(paint({}, 'secret'))).toMatchObject({
      status: 502,
      message: expect.stringContaining('refused the key'),
    });
  });

  it.each([
    ['ERROR', /CUDA out of memory/],
    ['EMPTY', /made no picture/],
    ['forgotten', /forgotten the job/],
  ] as const)('a job that ends in %s is a 502', async (jobEnds, words) => {
    upstream.memory.mood.jobEnds = jobEnds;
    expect(await failureOf(paint())).toMatchObject({ status: 502, message: expect.stringMatching(words) });
    expect(upstream.memory.stops).toHaveLength(0);
  });

  it('a picture that somebody at the backend stopped is a 502, and we stop nothing', async () => {
    upstream.memory.mood.jobMs = 10_000;
    const answer = failureOf(paint());
    await waitFor('the job to run', () => upstream.memory.jobs[0]?.stage === 'RUNNING');
    await fetch(`${upstream.url}/v1/generation/stop`, {
      method: 'POST',
      headers: { 'x-api-key': 'key-of-fooocus' },
    });
    expect(await answer).toMatchObject({ status: 502, message: expect.stringContaining('Somebody stopped') });
    expect(upstream.memory.stops).toHaveLength(1);
  });
});

describe('a client that leaves', () => {
  const leaving = async (until: () => boolean) => {
    const leave = new AbortController();
    const gone = openai.images
      .generate({ model: 'sdxl', prompt: 'a' }, { signal: leave.signal })
      .catch(() => 'gone');
    await waitFor('the job', until);
    leave.abort();
    await gone;
  };

  it('has its job stopped when that runs', async () => {
    upstream.memory.mood.jobMs = 20_000;
    await leaving(() => upstream.memory.jobs[0]?.stage === 'RUNNING');
    await waitFor('the stop', () => upstream.memory.jobs[0]?.finish === 'USER_CANCEL');
    expect(upstream.memory.stops).toEqual([upstream.memory.jobs[0]]);
    await waitFor('the ledger', () => gateway.ledgerRows().at(-1)?.error_code === 'client_left');
  });

  it('stops nobody else’s: its own is waited for, and the next of ours is let in only then', async () => {
    upstream.memory.mood.jobMs = 1_500;
    const strangers = putStrangersJob(upstream.memory);
    const ours = () => upstream.memory.jobs.filter(({ isStrangers }) => !isStrangers);
    await leaving(() => ours()[0]?.stage === 'WAITING');
    const next = paint();
    await waitFor('the stranger’s picture', () => strangers.stage === 'SUCCESS');
    expect(strangers.finish).toBe('SUCCESS');
    expect(ours()).toHaveLength(1);
    await waitFor('ours to be stopped', () => ours()[0]?.finish === 'USER_CANCEL');
    upstream.memory.mood.jobMs = 20;
    expect((await next).data).toHaveLength(1);
    expect(upstream.memory.stops).toEqual([ours()[0]]);
  });
});

it('never more than one of ours is inside, however many ask', async () => {
  upstream.memory.mood.jobMs = 100;
  let most = 0;
  const answers = Promise.all([paint(), paint(), paint(), paint()]);
  const isDone = answers.then(() => true);
  while (!(await Promise.race([isDone, new Promise((resolve) => setTimeout(resolve, 10, false))]))) {
    const inside = upstream.memory.jobs.filter(({ stage }) => stage === 'WAITING' || stage === 'RUNNING');
    most = Math.max(most, inside.length);
  }
  expect(upstream.memory.jobs).toHaveLength(4);
  expect(most).toBe(1);
});

it('takes its turn on a card with models of other servers, from its first request to its last', async () => {
  upstream.memory.mood.jobMs = 1_000;
  const picture = paint({}, `on-the-card:${BASE}`);
  await waitFor('the job to run', () => upstream.memory.jobs[0]?.stage === 'RUNNING');
  const talk = openai.chat.completions.create({ model: 'talk', messages: [{ role: 'user', content: 'Hi' }] });
  await picture;
  await talk;
  const isWork = ({ method }: { method: string }) => method === 'POST';
  const [talked] = talker.journal.entries.filter(isWork);
  const looked = upstream.journal.entries.filter(({ operation }) => operation === 'fooocus-query').at(-1);
  expect(talked?.tReceivedFirstByte).toBeGreaterThan(looked?.tReceivedFirstByte ?? Number.POSITIVE_INFINITY);
});

it('tells its models itself', async () => {
  const names = async () => (await openai.models.list()).data.map(({ id }) => id);
  await waitFor('the list', async () => (await names()).includes(REFINER));
});

it('a picture that takes too long is a 504, and does not go on without anybody', async () => {
  upstream.memory.mood.jobMs = 20_000;
  expect(await failureOf(paint({}, 'hasty'))).toMatchObject({ status: 504, code: 'upstream_timeout' });
  expect(upstream.memory.stops).toEqual([upstream.memory.jobs[0]]);
  expect(upstream.memory.jobs[0]?.finish).toBe('USER_CANCEL');
});

it('is asked for nothing but pictures', async () => {
  const failure = await failureOf(
    openai.chat.completions.create({ model: 'sdxl', messages: [{ role: 'user', content: 'Hi' }] }),
  );
  expect(failure).toMatchObject({ status: 501, code: 'operation_not_supported' });
});

/** At last: whoever asks to be left alone is. */
describe('too many at once', () => {
  it('a full queue, which it tells with 200, is a 429', async () => {
    upstream.memory.mood.jobsMax = 0;
    const failure = await failureOf(paint());
    expect(failure).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(failure.headers?.get('retry-after')).toBeTruthy();
  });
});
