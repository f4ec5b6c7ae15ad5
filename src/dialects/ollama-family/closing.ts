import type { EventOf, FinishReason } from '../../model/call-event.ts';
import type { Usage } from '../../model/usage.ts';
import type { WriterContext } from '../dialect.ts';
import { writeFinishReason } from './finish-reason.ts';
import { loadReason } from './load-request.ts';
import type { WireClosing } from './wire.ts';

const NS_PER_MS = 1e6;

/** Gathers what the end of an answer tells: why, how many tokens, how long each part of it took. */
export class Closing {
  readonly #context: WriterContext;
  #reason: FinishReason = 'stop';
  #usage: Usage | undefined;
  #loadMs = 0;
  #firstWordMs: number | undefined;

  constructor(context: WriterContext) {
    this.#context = context;
  }

  /** The model said something; the first time tells when it had read the prompt. */
  said(): void {
    this.#firstWordMs ??= this.#context.elapsedMs();
  }

  choiceEnd({ reason }: EventOf<'choice-end'>): void {
    this.#reason = reason;
    if (reason === 'content-filter' || reason === 'refusal') {
      this.#context.warnings.changed('done_reason', `${reason.replace('-', '_')}_told_as_stop`);
    }
  }

  usage({ usage }: EventOf<'usage'>): void {
    this.#usage = usage;
  }

  modelLoaded({ loadMs }: EventOf<'model-loaded'>): void {
    this.#loadMs = loadMs;
  }

  /** Counts are left out where nobody counted. */
  members(): WireClosing {
    const times = this.#times();
    return {
      done: true,
      done_reason: loadReason(this.#context.request) ?? writeFinishReason(this.#reason),
      total_duration: inNs(times.totalMs),
      load_duration: inNs(this.#loadMs),
      ...(this.#usage && { prompt_eval_count: this.#usage.inputTokens }),
      prompt_eval_duration: inNs(times.readMs),
      ...(this.#usage && { eval_count: this.#usage.outputTokens }),
      eval_duration: inNs(times.writeMs),
    };
  }

  /**
   * As seen from here. An answer that came all at once shows no time for reading; then all of it counts as
   * writing, for clients divide `eval_count` by `eval_duration`.
   */
  #times() {
    const totalMs = Math.max(this.#context.elapsedMs(), this.#loadMs);
    const workMs = totalMs - this.#loadMs;
    const readMs = Math.min(Math.max((this.#firstWordMs ?? totalMs) - this.#loadMs, 0), workMs);
    return workMs - readMs < 1
      ? { totalMs, readMs: 0, writeMs: workMs }
      : { totalMs, readMs, writeMs: workMs - readMs };
  }
}

function inNs(ms: number): number {
  return Math.round(ms * NS_PER_MS);
}
