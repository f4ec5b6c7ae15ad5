import type { Call } from '../model/call.ts';
import type { CallEvent } from '../model/call-event.ts';
import type { GatewayError } from '../model/gateway-error.ts';
import { addUsage, type Usage } from '../model/usage.ts';
import type { AnswerPlan, TimedOutcome } from './answer-plan.ts';
import type { EventSink } from './event-sink.ts';
import type { Outcome } from './relay.ts';
import { eventSink } from './relay-events.ts';

/** Asks the backend one of the parts; its answer's events go into the plan's sink. */
export type AskPart = (plan: AnswerPlan, call: Call) => Promise<TimedOutcome>;

/**
 * One question that the backend must be asked in several: many prompts where it takes one (protocols 2.5), more
 * inputs than fit into one request (protocols 7). One after another, under the same lease; the client gets one
 * answer, in which the choices or vectors of each part follow those of the parts before.
 */
export async function answerInParts(
  plan: AnswerPlan,
  calls: readonly Call[],
  ask: AskPart,
): Promise<TimedOutcome> {
  const joint = new JointAnswer(eventSink(plan));
  let first: TimedOutcome | undefined;
  for (const [at, call] of calls.entries()) {
    const sink = joint.part(call, at === calls.length - 1);
    const outcome = await ask({ ...plan, sink }, call);
    first ??= outcome;
    if (outcome.error !== undefined || at === calls.length - 1) return { ...outcome, ...startOf(first) };
  }
  throw new RangeError('a question has at least one part');
}

function startOf({ sentAtMs, firstByteAtMs }: TimedOutcome) {
  return { sentAtMs, firstByteAtMs };
}

/** Where the parts meet: what was counted so far, and where the next part's choices and vectors begin. */
class JointAnswer {
  readonly sink: EventSink;
  hasStarted = false;
  #choices = 0;
  #inputs = 0;
  #usage: Usage | undefined;

  constructor(sink: EventSink) {
    this.sink = sink;
  }

  part(call: Call, isLast: boolean): EventSink {
    const part = new PartSink(this, isLast, { choice: this.#choices, index: this.#inputs });
    if (call.kind === 'generation') this.#choices += call.choices;
    if (call.kind === 'embeddings') this.#inputs += call.inputs.length;
    return part;
  }

  add(usage: Usage | undefined): void {
    if (usage !== undefined) this.#usage = addUsage(this.#usage, usage);
  }

  tellUsage(): void {
    if (this.#usage !== undefined) this.sink.take({ type: 'usage', usage: this.#usage });
  }
}

/** Takes one part's events: beginnings and ends are told once, places are shifted, counts are added up. */
class PartSink implements EventSink {
  readonly #joint: JointAnswer;
  readonly #isLast: boolean;
  readonly #offset: { readonly choice: number; readonly index: number };
  #usage: Usage | undefined;

  constructor(
    joint: JointAnswer,
    isLast: boolean,
    offset: { readonly choice: number; readonly index: number },
  ) {
    this.#joint = joint;
    this.#isLast = isLast;
    this.#offset = offset;
  }

  get outcome(): Outcome {
    return this.#joint.sink.outcome;
  }

  take(event: CallEvent): void {
    if (event.type === 'answer-start') this.#start(event);
    else if (event.type === 'usage') this.#usage = event.usage;
    else if (event.type === 'answer-end') this.#end(event);
    else this.#joint.sink.take(this.#shifted(event));
  }

  flush(): void {
    this.#joint.sink.flush();
  }

  end(): void {
    if (this.#isLast) this.#joint.sink.end();
  }

  fail(error: GatewayError): void {
    this.#joint.sink.fail(error);
  }

  #start(event: CallEvent): void {
    if (this.#joint.hasStarted) return;
    this.#joint.hasStarted = true;
    this.#joint.sink.take(event);
  }

  #end(event: CallEvent): void {
    this.#joint.add(this.#usage);
    if (!this.#isLast) return;
    this.#joint.tellUsage();
    this.#joint.sink.take(event);
  }

  #shifted(event: CallEvent): CallEvent {
    const { choice, index } = this.#offset;
    if ('choice' in event) return { ...event, choice: event.choice + choice };
    return event.type === 'embedding' ? { ...event, index: event.index + index } : event;
  }
}
