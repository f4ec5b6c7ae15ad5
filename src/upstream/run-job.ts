import type { CallEvent } from '../model/call-event.ts';
import type { CancelTimer, Clock } from '../model/clock.ts';
import { GatewayError } from '../model/gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { type Answer, type Ask, RuntimeRefusal } from '../providers/driver.ts';
import type { Begun, FormAsk, Job, JobPart, JobStep, Shrink } from '../providers/job.ts';
import { attributeAnswer } from './attribute-answer.ts';
import type { Backend } from './backend.ts';
import { withColdStart } from './cold-start.ts';
import { asConnectionFailure } from './connection-failure.ts';
import type { HeadedAnswer, JobLine } from './job-line.ts';
import { shrinkPng } from './png/shrink-png.ts';

/** Who receives what a job tells. After the events comes exactly one of `onEnd` and `onFailure`. */
export interface JobReceiver {
  onEvent(event: CallEvent): void;
  onEnd(): void;
  onFailure(error: GatewayError): void;
}

/** A question under way when nobody wants the answer any more: so long it is heard, for it may name the job. */
const LAST_WORDS_MS = 10_000;

/** How long a job may take to be called off; then its slot is given to others, whatever becomes of it. */
const CALL_OFF_MAX_MS = 120_000;

/** A look at a job that finds no connection says nothing about the job: it is taken again, so often. */
const LOOKS_AGAIN = 2;
const LOOK_AGAIN_MS = 500;

const nothingSaid: Answer = { status: 0, json: undefined, text: '' };

/**
 * One job under way: asks what it wants asked, waits as long as it wants to wait, tells what it tells. If it fails, or
 * is aborted, it is called off as it describes. The receiver hears of the end when that is done: then the backend has
 * nothing of ours to do any more, as far as can be known.
 */
export class JobRun {
  readonly #job: Job;
  readonly #line: JobLine;
  readonly #backend: Backend;
  readonly #receiver: JobReceiver;
  readonly #clock: Clock;
  readonly #lastWords = new AbortController();
  #abortedWith: GatewayError | undefined;
  #callOff: Begun['callOff'];
  #wake: (() => void) | undefined;
  #last: HeadedAnswer | undefined;

  constructor(job: Job, line: JobLine, backend: Backend, receiver: JobReceiver, clock: Clock) {
    this.#job = job;
    this.#line = line;
    this.#backend = backend;
    this.#receiver = receiver;
    this.#clock = clock;
  }

  /** Everything that happens, bad news included, is told to the receiver, never thrown. */
  start(): void {
    void this.#run().then((error) => {
      if (error === undefined) this.#receiver.onEnd();
      else this.#receiver.onFailure(error);
    });
  }

  /** Calls the job off; the receiver hears `error` when that is done. */
  abort(error: GatewayError): void {
    if (this.#abortedWith !== undefined) return;
    this.#abortedWith = error;
    this.#wake?.();
  }

  /** What went wrong; undefined = nothing. */
  async #run(): Promise<GatewayError | undefined> {
    let error: GatewayError | undefined;
    try {
      await this.#follow(this.#job, this.#lastWords.signal, () => this.#abortedWith !== undefined);
    } catch (thrown) {
      error = this.#meaningOf(thrown);
    }
    error = this.#abortedWith ?? error;
    if (error === undefined) return undefined;
    await this.#endWork();
    return withColdStart(error, this.#backend.provider);
  }

  async #follow(job: JobPart<void>, signal: AbortSignal, isUnwanted: () => boolean): Promise<void> {
    let step = job.next(nothingSaid);
    while (step.done !== true) {
      if ('callOff' in step.value) {
        this.#callOff = step.value.callOff;
        step = job.next(nothingSaid);
      } else if (isUnwanted()) {
        return;
      } else {
        step = job.next(await this.#take(step.value, signal));
      }
    }
  }

  async #take(step: Exclude<JobStep, Begun>, signal: AbortSignal): Promise<Answer> {
    if ('pauseMs' in step) await this.#pause(step.pauseMs, signal);
    else if ('event' in step) this.#receiver.onEvent(step.event);
    else if ('shrink' in step) return shrunk(step.shrink);
    else return this.#ask(step, signal);
    return nothingSaid;
  }

  async #ask(ask: Ask | FormAsk, signal: AbortSignal): Promise<Answer> {
    for (let looks = 0; ; looks++) {
      const stopWaiting = this.#listenBriefly();
      try {
        this.#last = await this.#line.ask(ask, signal);
        return this.#last;
      } catch (thrown) {
        const isLost = looks >= LOOKS_AGAIN || this.#abortedWith !== undefined;
        if (ask.method !== 'GET' || this.#last === undefined || isLost) throw thrown;
        await this.#pause(LOOK_AGAIN_MS, signal);
      } finally {
        stopWaiting();
      }
    }
  }

  /** Once nobody wants the answer, a question under way has not all the time in the world. */
  #listenBriefly(): CancelTimer {
    let cancel: CancelTimer = () => undefined;
    const hurry = () => {
      cancel = this.#clock.after(LAST_WORDS_MS, () => this.#lastWords.abort());
    };
    if (this.#abortedWith === undefined) this.#wake = hurry;
    return () => {
      this.#wake = undefined;
      cancel();
    };
  }

  /** Cut short when the job is called off, but not while it is being called off. */
  #pause(pauseMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const stop = () => {
        cancel();
        resolve();
      };
      const cancel = this.#clock.after(pauseMs, resolve);
      if (this.#abortedWith === undefined) this.#wake = stop;
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  /** Never rejects: what cannot be called off cannot be helped, and the first failure is the one to tell. */
  async #endWork(): Promise<void> {
    const callOff = this.#callOff;
    if (callOff === undefined) return;
    const end = new AbortController();
    const stopTimer = this.#clock.after(CALL_OFF_MAX_MS, () => end.abort());
    try {
      await this.#follow(callOff(), end.signal, () => end.signal.aborted);
    } catch {
      // It is told already that the job has come to nothing.
    } finally {
      stopTimer();
    }
  }

  #meaningOf(thrown: unknown): GatewayError {
    if (thrown instanceof GatewayError) return thrown;
    if (thrown instanceof RangeError) return new GatewayError('upstream_bad_response', thrown.message);
    if (!(thrown instanceof RuntimeRefusal)) return asConnectionFailure(thrown);
    return attributeAnswer({
      status: thrown.status,
      headers: this.#last?.headers ?? {},
      said: { message: wordsIn(thrown.message) },
      key: this.#backend.config.apiKey,
      nowMs: this.#clock.nowMs(),
    });
  }
}

async function shrunk({ base64, width, height }: Shrink['shrink']): Promise<Answer> {
  const small = await shrinkPng(Buffer.from(base64, 'base64'), width, height);
  return { ...nothingSaid, text: small?.toString('base64') ?? '' };
}

/** Of a refusal in JSON, what is meant for people: `{"detail": "…"}`, `{"error": {"message": "…"}}`. */
function wordsIn(text: string): string {
  const said = parseOrNothing(text);
  const error = said?.['error'];
  const inner = isJsonObject(error) ? error['message'] : error;
  const words = inner ?? said?.['detail'] ?? said?.['message'];
  if (typeof words === 'string') return words;
  if (Array.isArray(words)) return words.flatMap(complaintIn).join('; ');
  return said === undefined && !text.startsWith('<') ? text : '';
}

/** One of FastAPI's: `{"loc": ["body", "prompt"], "msg": "field required"}`. */
function complaintIn(complaint: JsonValue): string[] {
  if (!isJsonObject(complaint) || typeof complaint['msg'] !== 'string') return [];
  const { loc, msg } = complaint;
  return [Array.isArray(loc) ? `${loc.slice(1).join('.')}: ${msg}` : msg];
}

function parseOrNothing(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
