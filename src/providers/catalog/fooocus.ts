import type { Call, ImagesCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { nearestNames } from '../../model/nearest-names.ts';
import type { PicturePreset } from '../../model/picture-preset.ts';
import type { Warnings } from '../../model/warnings.ts';
import { type Answer, get, insist, long, mustSucceed, post, rows } from '../driver.ts';
import { begun, done, type Job, type JobPart, type JobSetting, pause, tell } from '../job.ts';
import { defineProvider } from '../provider.ts';

/**
 * Fooocus behind Fooocus-API (mrhan1993/Fooocus-API 0.5, routes/generate_v1.py, routes/query.py, utils/api_utils.py). A
 * picture takes longer than proxies wait, so it is begun, looked at until it is there, and called off when nobody
 * wants it. What is wrong is told late or not at all there, and so is checked here: names it does not know become its
 * defaults in silence, a full queue is a 200, and `stop` breaks off whatever is running, whoever asked for it.
 *
 * It does one job at a time, and one that waits in it cannot be taken back: so it is given one of ours, and the others
 * wait here.
 *
 * Memory: `clean_vram` throws everything out, and nothing tells whether anything was there. It would pull the model
 * from under a picture in the making, so the queue is asked first.
 */
export default defineProvider({
  name: 'fooocus',
  aliases: ['fooocus-api'],
  title: 'Fooocus',
  baseUrl: 'http://127.0.0.1:8888',
  basePath: (configured) => configured.replace(/\/v[12]$/, ''),
  keyHeaders: (key) => ({ 'x-api-key': key }),
  surfaces: [],
  modelsPath: '/v1/engines/all-models',
  probe: { path: '/ping', from: 'host' },
  atOnceMax: 1,
  jobs: { kind: 'images', operations: ['images'], takesPresets: true, answer },
  driver: {
    *unload() {
      yield* insist(long(get('/v1/engines/clean_vram')));
    },
    *busy() {
      const { json } = yield get('/v1/generation/job-queue');
      const waiting = isJsonObject(json) ? json['running_size'] : undefined;
      return typeof waiting === 'number' ? waiting > 0 : undefined;
    },
  },
});

const LOOK_EVERY_MS = 600;

function* answer(call: Call, setting: JobSetting): Job {
  if (call.kind !== 'images') throw new TypeError('Fooocus makes pictures');
  const question = writeRequest(call, setting);
  const request = { ...question, ...(yield* checkNames(question, call, setting.preset)) };
  const id = readJobId(yield* insist(post('/v1/generation/text-to-image', request)));
  yield begun(() => callOff(id));
  yield tell({ type: 'answer-start', model: call.model, createdS: setting.createdS });
  const results = yield* watch(id, glimpsesOf(call, setting));
  yield done;
  yield* tellPictures(results, call, setting.warnings);
  yield tell({ type: 'choice-end', choice: 0, reason: 'stop' });
  yield tell({ type: 'answer-end' });
}

// The question

/** The sizes of OpenAI's models, as the nearest of those that SDXL was trained on. */
const SIZES: Readonly<Record<string, string>> = {
  '1024x1024': '1024*1024',
  '1792x1024': '1344*768',
  '1024x1792': '768*1344',
  '1536x1024': '1216*832',
  '1024x1536': '832*1216',
};
/** Of older models; SDXL draws nothing sensible so small. */
const SMALL_SIZES = ['256x256', '512x512'];
const SIDE_MIN = 512;
const SIDE_MAX = 2048;

const PERFORMANCES: Readonly<Record<string, string>> = {
  standard: 'Speed',
  medium: 'Speed',
  high: 'Quality',
  hd: 'Quality',
  low: 'Lightning',
};

const EXTENSIONS: Readonly<Record<string, string>> = { png: 'png', jpeg: 'jpg', jpg: 'jpg', webp: 'webp' };

const heeded = new Set(['negative_prompt', 'seed', 'quality', 'style', 'output_format', 'partial_images']);

function writeRequest(call: ImagesCall, { preset, warnings }: JobSetting): JsonObject {
  const { extra = {} } = call;
  for (const name of Object.keys(extra)) if (!heeded.has(name)) warnings.dropped(name);
  return {
    prompt: call.prompt,
    negative_prompt: textIn(extra, 'negative_prompt', warnings) ?? '',
    image_number: call.count,
    image_seed: readSeed(extra['seed'], warnings),
    ...writeSize(call, preset, warnings),
    ...optional('performance_selection', performanceOf(textIn(extra, 'quality', warnings), preset, warnings)),
    ...optional('style_selections', stylesOf(textIn(extra, 'style', warnings), preset)),
    ...optional('base_model_name', preset.base ?? call.model),
    ...optional('refiner_model_name', preset.refiner),
    ...optional('refiner_switch', preset.refinerSwitch),
    ...optional(
      'loras',
      preset.loras?.map(({ model, weight }) => ({ enabled: true, model_name: model, weight })),
    ),
    ...optional('save_extension', extensionOf(textIn(extra, 'output_format', warnings), warnings)),
    require_base64: true,
    async_process: true,
  };
}

function optional(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}

function textIn(extra: JsonObject, name: string, warnings: Warnings): string | undefined {
  const value = extra[name];
  if (value === undefined || typeof value === 'string') return value;
  return warnings.reject(name, `"${name}" must be a string.`);
}

/** -1: any. */
function readSeed(value: JsonValue | undefined, warnings: Warnings): number {
  if (value === undefined) return -1;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= -1) return value;
  return warnings.reject('seed', '"seed" must be a whole number from 0 up.');
}

/** By the operator's table, by ours, or to the pixel. */
function writeSize({ size }: ImagesCall, preset: PicturePreset, warnings: Warnings): JsonObject {
  const name = size === undefined ? 'auto' : `${size.width}x${size.height}`;
  const known = preset.sizes?.[name] ?? SIZES[name];
  if (known !== undefined) return { aspect_ratios_selection: known };
  if (size === undefined) return {};
  if (SMALL_SIZES.includes(name)) {
    warnings.changed('size', 'smallest_there_is');
    return { aspect_ratios_selection: '1024*1024' };
  }
  if (Math.min(size.width, size.height) < SIDE_MIN || Math.max(size.width, size.height) > SIDE_MAX)
    warnings.reject('size', `Both sides of "size" must be from ${SIDE_MIN} to ${SIDE_MAX} pixels here.`);
  return { advanced_params: { overwrite_width: size.width, overwrite_height: size.height } };
}

function performanceOf(
  quality: string | undefined,
  { performance = {} }: PicturePreset,
  warnings: Warnings,
): string | undefined {
  if (quality === undefined) return performance['default'];
  const known = performance[quality] ?? PERFORMANCES[quality];
  const words = [...Object.keys(performance), ...Object.keys(PERFORMANCES)].filter(
    (word) => word !== 'default',
  );
  return known ?? warnings.reject('quality', `"quality" must be one of ${[...new Set(words)].join(', ')}.`);
}

/** `vivid` and `natural` are what the operator makes of them; any other may be a style of Fooocus' own. */
function stylesOf(style: string | undefined, { styles = {} }: PicturePreset): JsonValue | undefined {
  if (style === undefined) return styles['default'];
  return styles[style] ?? (isOpenAis(style) ? styles['default'] : [style]);
}

function isOpenAis(style: string): boolean {
  return style === 'vivid' || style === 'natural';
}

function extensionOf(format: string | undefined, warnings: Warnings): string | undefined {
  if (format === undefined) return undefined;
  return EXTENSIONS[format] ?? warnings.reject('output_format', '"output_format" must be png, jpeg or webp.');
}

// Names

/**
 * Asks what there is, and refuses what is not: it would become the default, and nobody be told. Returns how the model
 * is called there.
 */
function* checkNames(question: JsonObject, call: ImagesCall, preset: PicturePreset): JobPart<JsonObject> {
  let base: JsonObject = {};
  const models = yield* listOf('/v1/engines/all-models', 'model_filenames');
  if (models !== undefined) {
    base = { base_model_name: fileOf(call, preset, models) };
    if (preset.refiner !== undefined) mustHave('refiner', preset.refiner, ['None', ...models]);
  }
  if (preset.loras !== undefined && preset.loras.length > 0) {
    const loras = yield* listOf('/v1/engines/all-models', 'lora_filenames');
    for (const { model } of preset.loras) if (loras !== undefined) mustHave('LoRA', model, loras);
  }
  yield* checkStyles(question['style_selections'], call);
  return base;
}

/** Undefined: an older version, that does not tell. */
function* listOf(path: string, member?: string): JobPart<string[] | undefined> {
  const answer: Answer = yield get(path);
  if (answer.status === 404) return undefined;
  const { json } = mustSucceed(answer);
  const list = member === undefined ? json : isJsonObject(json) ? json[member] : undefined;
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : undefined;
}

/** The file of the model, whose ending clients may leave out. */
function fileOf({ model }: ImagesCall, { base }: PicturePreset, files: readonly string[]): string {
  const wanted = base ?? model;
  const found = files.find((file) => file === wanted || file.replace(/\.\w+$/, '') === wanted);
  if (found !== undefined) return found;
  if (base !== undefined) return mustHave('model', base, files);
  throw new GatewayError('model_not_found', `The backend has no model "${model}".${meant(model, files)}`, {
    param: 'model',
    unknownModel: model,
  });
}

function* checkStyles(wanted: JsonValue | undefined, { extra = {} }: ImagesCall): JobPart<void> {
  if (!Array.isArray(wanted) || wanted.length === 0) return;
  const known = yield* listOf('/v1/engines/styles');
  for (const style of wanted) {
    if (known === undefined || typeof style !== 'string' || known.includes(style)) continue;
    if (extra['style'] !== style) mustHave('style', style, known);
    const message = `The backend has no style "${style}".${meant(style, known)}`;
    throw new GatewayError('invalid_request', message, { param: 'style' });
  }
}

/** What the configuration names and the backend has not is for the operator to mend. */
function mustHave(what: string, name: string, known: readonly string[]): string {
  if (known.includes(name)) return name;
  throw new GatewayError(
    'upstream_error',
    `The backend has no ${what} "${name}", which the configuration names.${meant(name, known)}`,
    { isWorthRetrying: false },
  );
}

function meant(name: string, known: readonly string[]): string {
  const near = nearestNames(name, known, 3).map((one) => `"${one}"`);
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}

// The job

/** A queue that is full answers with 200, and with a job that has no name. */
function readJobId(answer: Answer): string {
  const job = isJsonObject(answer.json) ? answer.json : {};
  const isFull = rows(answer, 'job_result').some(({ finish_reason }) => finish_reason === 'QUEUE_IS_FULL');
  if (isFull)
    throw new GatewayError('rate_limited', 'The queue of the backend is full; try again later.', full);
  const id = job['job_id'];
  if (typeof id === 'string' && id !== '') return id;
  throw new GatewayError(
    'upstream_bad_response',
    'The backend took the job and did not say how it is called.',
  );
}

const full = { backendStatus: 200, retryAfterMs: 10_000 };

/** Looks until it is there. Throws `GatewayError` if it comes to nothing. */
function* watch(id: string, glimpsesMax: number): JobPart<readonly JsonObject[]> {
  let glimpses = 0;
  let lastGlimpse: JsonValue | undefined;
  for (;;) {
    yield pause(LOOK_EVERY_MS);
    const state = yield* look(id, glimpses < glimpsesMax);
    const stage = stageOf(state);
    if (stage === 'SUCCESS') return rows(state, 'job_result');
    if (stage !== 'WAITING' && stage !== 'RUNNING') return yield* comeToNothing(state);
    const glimpse = isJsonObject(state.json) ? state.json['job_step_preview'] : undefined;
    if (typeof glimpse !== 'string' || glimpse === '' || glimpse === lastGlimpse) continue;
    yield tell({
      type: 'image-partial',
      index: glimpses++,
      base64: glimpse,
      mediaType: mediaTypeOf(glimpse),
    });
    lastGlimpse = glimpse;
  }
}

function* look(id: string, withGlimpse: boolean): JobPart<Answer> {
  const query = `job_id=${encodeURIComponent(id)}&require_step_preview=${withGlimpse}`;
  const answer: Answer = yield get(`/v1/generation/query-job?${query}`);
  if (answer.status !== 404) return mustSucceed(answer);
  yield done;
  throw new GatewayError('upstream_error', 'The backend has forgotten the job; perhaps it was started anew.');
}

function stageOf({ json }: Answer): JsonValue | undefined {
  return isJsonObject(json) ? json['job_stage'] : undefined;
}

function* comeToNothing(state: Answer): JobPart<never> {
  yield done;
  const job = isJsonObject(state.json) ? state.json : {};
  const words =
    typeof job['job_status'] === 'string' && job['job_status'] !== '' ? `: ${job['job_status']}` : '.';
  throw new GatewayError('upstream_error', `The backend could not make the picture${words}`);
}

/** Only what runs can be stopped, and only ours may be: one that waits is waited for. */
function* callOff(id: string): JobPart<void> {
  let isStopped = false;
  for (;;) {
    const stage = stageOf(yield get(`/v1/generation/query-job?job_id=${encodeURIComponent(id)}`));
    if (stage !== 'WAITING' && stage !== 'RUNNING') return;
    if (stage === 'RUNNING' && !isStopped) {
      isStopped = true;
      yield post('/v1/generation/stop');
    }
    yield pause(LOOK_EVERY_MS / 2);
  }
}

// The answer

/** Half-done pictures are for streams that ask for them. */
function glimpsesOf({ extra = {} }: ImagesCall, { isStream, warnings }: JobSetting): number {
  const wanted = extra['partial_images'];
  if (wanted === undefined || wanted === 0) return 0;
  if (isStream && typeof wanted === 'number') return wanted;
  warnings.dropped('partial_images', 'only_in_streams');
  return 0;
}

function* tellPictures(results: readonly JsonObject[], call: ImagesCall, warnings: Warnings): JobPart<void> {
  const made = results.filter(({ finish_reason }) => finish_reason === 'SUCCESS');
  for (const [index, { base64, seed }] of made.entries()) {
    if (typeof base64 !== 'string' || base64 === '') continue;
    const bare = base64.replace(/^data:[^,]*,/, '');
    const mediaType = mediaTypeOf(bare);
    const wanted = call.extra?.['output_format'];
    if (wanted !== undefined && mediaType !== `image/${wanted}`)
      warnings.changed('output_format', 'as_it_came');
    yield tell({ type: 'image', index, base64: bare, mediaType, seed: readMadeSeed(seed) });
  }
  if (made.length === 0) throw nothingMade(results);
  if (made.length < call.count) warnings.changed('n', 'fewer_were_made');
}

function nothingMade(results: readonly JsonObject[]): GatewayError {
  const isStopped = results.some(({ finish_reason }) => finish_reason === 'USER_CANCEL');
  const why = isStopped ? 'Somebody stopped the picture at the backend.' : 'The backend made no picture.';
  return new GatewayError('upstream_error', why);
}

/** It tells a number as text. */
function readMadeSeed(seed: JsonValue | undefined): number | string | undefined {
  const number = Number(seed);
  if (seed !== '' && seed !== null && Number.isSafeInteger(number)) return number;
  return typeof seed === 'string' && seed !== '' ? seed : undefined;
}

/** By its first bytes: base64 comes as PNG whatever it is saved as. */
function mediaTypeOf(base64: string): string {
  if (base64.startsWith('/9j/')) return 'image/jpeg';
  return base64.startsWith('UklGR') ? 'image/webp' : 'image/png';
}
