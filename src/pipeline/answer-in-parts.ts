import type { Call } from '../model/call.ts';
import type { CallEvent } from '../model/call-event.ts';
import { asGatewayError, type GatewayError } from '../model/gateway-error.ts';
import { addUsage, type Usage } from '../model/usage.ts';
import type { AnswerPlan, TimedOutcome } from './answer-plan.ts';
import type { EventSink } from './event-sink.ts';
import type { Outcome } from './relay.ts';
import { eventSink } from './relay-events.ts';

/** Asks the backend one of the parts; its answer's events go into the plan's sink. */
export type AskPart = (plan: AnswerPlan, call: Call) => Promise<TimedOutcome>;

/** Told what was used when the call fails all the same. */
export type OnSpent = (usage: Usage) => void;

/**
 * One question that the backend must be asked in several: many prompts where it takes one (protocols 2.5), more
 * inputs than fit into one request (protocols 7). One after another, under the same lease; the client gets one
 * answer, in which the choices or vectors of each part follow those of the parts before. A part that fails fails the
 * answer: with a status while nothing was sent, else as the last event of the stream. What was used is paid for.
 */
export async function answerInParts(
  plan: AnswerPlan,
  calls: readonly Call[],
  ask: AskPart,
  onSpent: OnSpent,
): Promise<TimedOutcome> {
  const joint = new JointAnswer(eventSink(plan), calls.length);
  let outcome: TimedOutcome | undefined;
  for (const call of calls) {
    try {
      const sink = joint.nextPart(call);
      outcome = joined(outcome, await ask({ ...plan, sink }, call));
    } catch (thrown) {
      if (joint.usage !== undefined) onSpent(joint.usage);
      // Throws once more while nothing was sent; and if it does not, an earlier part has begun the answer.
      joint.sink.fail(asGatewayError(thrown));
    }
    if (joint.sink.outcome.error !== undefined) break;
  }
  if (outcome === undefined)
    throw new RangeError('a question has a part, and a first part that fails throws');
  return { ...outcome, ...joint.sink.outcome, usage: joint.usage };
}

/** From the sending of the first part to the end of the last. */
function joined(before: TimedOutcome | undefined, part: TimedOutcome): TimedOutcome {
  if (before === undefined) return part;
  return { ...part, sentAtMs: before.sentAtMs, firstByteAtMs: before.firstByteAtMs };
}

/** Where the parts meet: what was counted so far, and where the next part's choices and vectors begin. */
class JointAnswer {
  readonly sink: EventSink;
  hasStarted = false;
  readonly #partsMax: number;
  readonly #parts: PartSink[] = [];
  #choices = 0;
  #inputs = 0;

  constructor(sink: EventSink, partsMax: number) {
    this.sink = sink;
    this.#partsMax = partsMax;
  }

  nextPart(call: Call): EventSink {
    const isLast = this.#parts.length === this.#partsMax - 1;
    const part = new PartSink(this, isLast, { choice: this.#choices, index: this.#inputs });
    this.#parts.push(part);
    if (call.kind === 'generation') this.#choices += call.choices;
    if (call.kind === 'embeddings') this.#inputs += call.inputs.length;
    return part;
  }

  /** What all parts have told so far, also one that broke off. */
  get usage(): Usage | undefined {
    let total: Usage | undefined;
    for (const { usage } of this.#parts) if (usage !== undefined) total = addUsage(total, usage);
    return total;
  }
}

/** Takes one part's events: beginnings and ends are told once, places are shifted, counts are added up. */
class PartSink implements EventSink {
  readonly #joint: JointAnswer;
  readonly #isLast: boolean;
  readonly #offset: { readonly choice: number; readonly index: number };
  usage: Usage | undefined;

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
    else if (event.type === 'usage') this.usage = event.usage;
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
    if (!this.#isLast) return;
    const { usage, sink } = this.#joint;
    if (usage !== undefined) sink.take({ type: 'usage', usage });
    sink.take(event);
  }

  #shifted(event: CallEvent): CallEvent {
    const { choice, index } = this.#offset;
    if ('choice' in event) return { ...event, choice: event.choice + choice };
    return event.type === 'embedding' ? { ...event, index: event.index + index } : event;
  }
}
