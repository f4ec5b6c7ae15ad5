/**
 * Fooocus-API (routes/generate_v1.py, routes/query.py, task_queue.py): one job at a time, those that wait in order. Like
 * the real one it tells a full queue with 200, takes unknown names for its defaults, and stops whatever runs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { toyPng } from '../../support/toy-png.ts';
import type { Json, JsonObject } from '../json.ts';
import { numberIn, objectIn, stringIn } from '../json.ts';
import type { Arrived, Operation } from '../operation.ts';
import { PlainBody } from '../operation.ts';
import { control, willing } from './control-operation.ts';
import { areReadable, complaintsOf, fooocusTasks, fromForm, type Task } from './fooocus-request.ts';
import type { FakeJob, RuntimeMemory } from './runtime-memory.ts';

export const FOOOCUS_MODELS = [
  'juggernautXL_v8Rundiffusion.safetensors',
  'sd_xl_refiner_1.0.safetensors',
  'm',
];
const LORAS = ['sd_xl_offset_example-lora_1.0.safetensors', 'sdxl_lcm_lora.safetensors'];
const STYLES = ['Fooocus V2', 'Fooocus Enhance', 'Fooocus Sharp', 'SAI Anime', 'SAI Photographic'];
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const TICK_MS = 5;

export function fooocusControls(memory: RuntimeMemory): Operation[] {
  const worker = new Worker(memory);
  return [
    ...fooocusTasks.map((task) =>
      control(`fooocus-${task.path}`, 'POST', `/v1/generation/${task.path}`, (arrived) =>
        worker.take(task, arrived),
      ),
    ),
    control('fooocus-query', 'GET', '/v1/generation/query-job', ({ query }) => worker.tell(query)),
    control('fooocus-stop', 'POST', '/v1/generation/stop', () => worker.stop()),
    control('fooocus-queue', 'GET', '/v1/generation/job-queue', () => ({
      running_size: memory.mood.strangers + worker.unfinished.length,
      finished_size: memory.jobs.length - worker.unfinished.length,
      last_job_id: memory.jobs.at(-1)?.id ?? '',
    })),
    control('fooocus-models', 'GET', '/v1/engines/all-models', () => ({
      model_filenames: FOOOCUS_MODELS,
      lora_filenames: LORAS,
    })),
    control('fooocus-styles', 'GET', '/v1/engines/styles', () => STYLES),
    control(
      'fooocus-clean-vram',
      'GET',
      '/v1/engines/clean_vram',
      willing(memory, () => cleanVram(memory)),
    ),
  ];
}

/** Somebody at the server's own page has asked for a picture. */
export function putStrangersJob(memory: RuntimeMemory): FakeJob {
  const job = newJob(memory, 'Text to Image', {}, true);
  memory.jobs.push(job);
  return job;
}

async function cleanVram(memory: RuntimeMemory): Promise<Json> {
  for (const model of [...memory.residents.keys()]) await memory.unload(model);
  return { message: 'ok' };
}

function newJob(memory: RuntimeMemory, type: string, sent: JsonObject, isStrangers: boolean): FakeJob {
  const id = `job-${memory.jobs.length + 1}-${Math.random().toString(16).slice(2, 8)}`;
  return { id, type, sent, isStrangers, stage: 'WAITING', finish: 'SUCCESS' };
}

/** The one thread that makes pictures. */
class Worker {
  readonly #memory: RuntimeMemory;
  #isAtWork = false;

  constructor(memory: RuntimeMemory) {
    this.#memory = memory;
  }

  get unfinished(): FakeJob[] {
    return this.#memory.jobs.filter(({ stage }) => stage === 'WAITING' || stage === 'RUNNING');
  }

  async take(task: Task, { headers, body }: Arrived): Promise<Json | PlainBody> {
    const isForm = headers['content-type']?.startsWith('multipart/form-data') === true;
    // Pictures out of words are asked for in JSON, all others in forms.
    const wrong = isForm === (task.type === 'Text to Image') ? ['body'] : [];
    const sent = isForm ? fromForm(body) : body;
    const complaints = [...wrong, ...complaintsOf(task, sent)];
    if (complaints.length > 0) return invalid(complaints);
    if (!areReadable(sent)) return new PlainBody('text/plain', Buffer.from('Internal Server Error'), 500);
    if (this.unfinished.length >= this.#memory.mood.jobsMax) return queueIsFull(task);
    const job = newJob(this.#memory, task.type, sent, false);
    this.#memory.jobs.push(job);
    void this.#work();
    return this.#stateOf(job, false);
  }

  tell(query: URLSearchParams): Json | PlainBody {
    void this.#work();
    const job = this.#memory.jobs.find(({ id }) => id === query.get('job_id'));
    if (job === undefined || this.#memory.mood.jobEnds === 'forgotten') return notFound();
    return this.#stateOf(job, query.get('require_step_preview') === 'true');
  }

  /** Whatever runs, whoever asked for it. */
  stop(): Json {
    const job = this.unfinished.find(({ stage }) => stage === 'RUNNING');
    if (job !== undefined) {
      this.#memory.stops.push(job);
      job.finish = 'USER_CANCEL';
    }
    return { msg: 'success' };
  }

  async #work(): Promise<void> {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    for (let job = this.unfinished[0]; job !== undefined; job = this.unfinished[0]) await this.#make(job);
    this.#isAtWork = false;
  }

  async #make(job: FakeJob): Promise<void> {
    job.stage = 'RUNNING';
    const endMs = performance.now() + this.#memory.mood.jobMs;
    while (performance.now() < endMs && job.finish === 'SUCCESS') await sleep(TICK_MS);
    if (this.#memory.mood.jobEnds === 'ERROR') job.finish = 'ERROR';
    job.stage = job.finish === 'ERROR' ? 'ERROR' : 'SUCCESS';
  }

  #stateOf(job: FakeJob, withPreview: boolean): Json {
    const isOver = job.stage === 'SUCCESS';
    return {
      job_id: job.id,
      job_type: job.type,
      job_stage: job.stage,
      job_progress: isOver ? 100 : 50,
      job_status: job.stage === 'ERROR' ? 'CUDA out of memory' : job.stage === 'RUNNING' ? 'Sampling' : null,
      job_step_preview: withPreview && job.stage === 'RUNNING' ? PIXEL : null,
      job_result: isOver ? this.#resultOf(job) : null,
    };
  }

  #resultOf(job: FakeJob): Json[] {
    if (this.#memory.mood.jobEnds === 'EMPTY') return [];
    if (job.finish === 'USER_CANCEL')
      return [{ base64: null, url: null, seed: '', finish_reason: 'USER_CANCEL' }];
    const asked = numberIn(job.sent.image_seed) ?? -1;
    const seed = asked < 0 ? 1050625087 : asked;
    return Array.from({ length: numberIn(job.sent.image_number) ?? 1 }, (_, at) => ({
      base64: job.sent.require_base64 === true ? pictureFor(job) : null,
      url: `http://127.0.0.1:8888/files/2026-11-28/${job.id}-${at}.${stringIn(job.sent.save_extension) || 'png'}`,
      seed: String(seed + at),
      finish_reason: 'SUCCESS',
    }));
  }
}

const drawn = new Map<string, string>();

/** Black on the left, white on the right, in the size that was asked for; what is made of other pictures is a dot. */
function pictureFor({ type, sent }: FakeJob): string {
  if (type !== 'Text to Image') return PIXEL;
  const { overwrite_width, overwrite_height } = objectIn(sent.advanced_params);
  const ratio = stringIn(sent.aspect_ratios_selection) || '1152*896';
  const size = overwrite_width === undefined ? ratio : `${overwrite_width}*${overwrite_height}`;
  const [width = 1, height = 1] = size.split('*').map(Number);
  const row = Buffer.alloc(width * 3).fill(255, Math.floor(width / 2) * 3);
  const png = () =>
    toyPng({ width, height, colourType: 2, bitDepth: 8, rows: Array.from({ length: height }, () => row) });
  const picture = drawn.get(size) ?? png().toString('base64');
  drawn.set(size, picture);
  return picture;
}

function queueIsFull({ type }: Task): Json {
  return {
    job_id: '',
    job_type: type,
    job_stage: 'ERROR',
    job_progress: 0,
    job_status: null,
    job_step_preview: null,
    job_result: [{ base64: null, url: null, seed: '', finish_reason: 'QUEUE_IS_FULL' }],
  };
}

function notFound(): PlainBody {
  return new PlainBody('application/json', Buffer.from('{"detail":"Job not found"}'), 404);
}

function invalid(fields: readonly string[]): PlainBody {
  const detail = fields.map((field) => ({
    loc: ['body', field],
    msg: 'is missing or wrong',
    type: 'value_error',
  }));
  return new PlainBody('application/json', Buffer.from(JSON.stringify({ detail })), 422);
}
