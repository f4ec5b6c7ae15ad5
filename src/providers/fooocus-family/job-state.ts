import { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { type Answer, get, mustSucceed, post, rows } from '../driver.ts';
import { done, type JobPart, pause, tell } from '../job.ts';
import { mediaTypeOf } from './media-type.ts';

const LOOK_EVERY_MS = 600;

/** A queue that is full answers with 200, and with a job that has no name. */
export function readJobId(answer: Answer): string {
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
export function* watch(id: string, glimpsesMax: number): JobPart<readonly JsonObject[]> {
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
export function* callOff(id: string): JobPart<void> {
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
