import type { Call } from '../model/call.ts';
import type { CallEvent } from '../model/call-event.ts';
import type { Clock } from '../model/clock.ts';
import { asGatewayError, type GatewayError } from '../model/gateway-error.ts';
import { mergePresets } from '../model/picture-preset.ts';
import type { Job } from '../providers/job.ts';
import type { Connections } from '../upstream/connections.ts';
import { JobLine } from '../upstream/job-line.ts';
import { type JobReceiver, JobRun } from '../upstream/run-job.ts';
import type { Asking } from './answer-by-way.ts';
import { play } from './answer-by-way.ts';
import { clientLeft } from './answer-from-backend.ts';
import { answerInParts } from './answer-in-parts.ts';
import { emptyAnswer } from './answer-locally.ts';
import type { AnswerPlan, TimedOutcome } from './answer-plan.ts';
import type { EventSink } from './event-sink.ts';
import { eventSink } from './relay-events.ts';
import { asksNothing, inTheClientsWords, readAsCalls } from './translate-question.ts';

/** Has the backend do the call as a job, or as one for each of its parts. */
export function answerByJob(asking: Asking, plan: AnswerPlan): Promise<TimedOutcome> {
  const { account, question } = asking;
  const calls = readAsCalls(plan, question, account.app, undefined);
  const [call] = calls;
  if (call === undefined || asksNothing(call)) return play(asking, plan, emptyAnswer(plan));
  if (calls.length === 1) return doJob(asking, plan, call);
  return answerInParts(
    plan,
    calls,
    (partPlan, part) => doJob(asking, partPlan, part),
    (usage) => account.spent(usage),
  );
}

function doJob(asking: Asking, plan: AnswerPlan, call: Call): Promise<TimedOutcome> {
  const { house, account } = asking;
  const answer = new JobAnswer(jobFor(asking, plan, call), plan, house.connections, house.clock);
  account.sent(plan.backend.timeouts.totalMs, (error) => answer.abort(error));
  answer.start();
  return answer.done;
}

/** Throws `GatewayError` where the job cannot do what is asked. */
function jobFor({ account, question }: Asking, plan: AnswerPlan, call: Call): Job {
  const { backend, model, isStream, context } = plan;
  const job = backend.provider.jobs?.answer(call, {
    isStream,
    createdS: context.createdS,
    preset: mergePresets(backend.config.pictures ?? {}, backend.config.models.get(model)?.pictures),
    warnings: inTheClientsWords(plan, call, question.body, account.app),
  });
  if (job === undefined) throw new TypeError(`${backend.name} does no jobs`);
  return job;
}

/** An answer that is fetched by a job: what it tells is written in the client's dialect. */
class JobAnswer implements JobReceiver {
  readonly done: Promise<TimedOutcome>;
  readonly #clock: Clock;
  readonly #sink: EventSink;
  readonly #run: JobRun;
  readonly #stopListening: () => void;
  readonly #sentAtMs: number;
  #settle!: { resolve: (outcome: TimedOutcome) => void; reject: (error: GatewayError) => void };
  #firstByteAtMs: number | undefined;

  constructor(job: Job, plan: AnswerPlan, connections: Connections, clock: Clock) {
    const { exchange, backend } = plan;
    this.#clock = clock;
    this.#sentAtMs = clock.monotonicMs();
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#sink = plan.sink ?? eventSink(plan);
    const line = new JobLine(backend, connections.poolOf(backend), exchange.requestId);
    this.#run = new JobRun(job, line, backend, this, clock);
    this.#stopListening = exchange.departure.onLeave(() => this.abort(clientLeft(exchange)));
  }

  start(): void {
    this.#run.start();
  }

  abort(error: GatewayError): void {
    this.#run.abort(error);
  }

  /** What cannot be told ends the job; `onFailure` follows. */
  onEvent(event: CallEvent): void {
    if (event.type !== 'answer-start') this.#firstByteAtMs ??= this.#clock.monotonicMs();
    try {
      this.#sink.take(event);
      this.#sink.flush();
    } catch (thrown) {
      this.abort(asGatewayError(thrown));
    }
  }

  onEnd(): void {
    this.#finish(() => this.#sink.end());
  }

  onFailure(error: GatewayError): void {
    this.#finish(() => this.#sink.fail(error));
  }

  #finish(last: () => void): void {
    this.#stopListening();
    try {
      last();
    } catch (thrown) {
      this.#settle.reject(asGatewayError(thrown));
      return;
    }
    const { usage, error, contentTokens, images, loadMs } = this.#sink.outcome;
    this.#settle.resolve({
      usage,
      error,
      contentTokens,
      images,
      loadMs,
      sentAtMs: this.#sentAtMs,
      firstByteAtMs: this.#firstByteAtMs,
      endedAtMs: this.#clock.monotonicMs(),
    });
  }
}
