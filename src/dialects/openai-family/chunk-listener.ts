import type { Frame } from '../../model/frame.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import { arrayMember, isJsonObject, type JsonObject, stringMember } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { HeardError, StreamListener } from '../dialect.ts';
import { isBesidesTheAnswer } from './azure-chunk.ts';
import { choiceIndex } from './choice-index.ts';
import { hasNews } from './chunk-scan.ts';
import { usageObjectOf } from './chunk-usage.ts';
import { doneFrame, errorFrame } from './end-frames.ts';
import { finishFailure } from './finish-failures.ts';
import { readFrame } from './frame-content.ts';
import { readOpenAiUsage } from './usage.ts';

/**
 * Listens to a chat or completions stream that passes through; the two end and count alike. Nearly every
 * frame is told to be content by its bytes; only frames with news are parsed.
 */
export class ChunkListener implements StreamListener {
  #usage: Usage | undefined;
  #error: HeardError | undefined;
  #isDone = false;
  /** Choices that were heard of and have not finished. Choice 0 is only noticed when it ends. */
  readonly #open = new Set<number>();
  readonly #finished = new Set<number>();

  hear(frame: Frame): ReturnType<StreamListener['hear']> {
    if (isPlainChunk(frame) && !hasNews(frame.raw)) return 'content';
    const content = readFrame(frame);
    if (content.kind === 'chunk') return this.#hearChunk(content.chunk);
    if (content.kind === 'done') return this.#hearDone();
    if (content.kind === 'error') return this.#hearError(content.error);
    return 'comment';
  }

  get isComplete(): boolean {
    if (this.#error !== undefined) return false;
    return this.#isDone || (this.#finished.size > 0 && this.#open.size === 0);
  }

  get usage(): Usage | undefined {
    return this.#usage;
  }

  get error(): HeardError | undefined {
    return this.#error;
  }

  missingEnd(): string {
    return this.isComplete && !this.#isDone ? doneFrame : '';
  }

  errorFrames(error: GatewayError): string {
    return errorFrame(error);
  }

  #hearChunk(chunk: JsonObject): 'content' | 'usage' | 'nothing' {
    const usage = usageObjectOf(chunk);
    if (usage === undefined && isBesidesTheAnswer(chunk)) return 'nothing';
    if (usage !== undefined) this.#usage = readOpenAiUsage(usage) ?? this.#usage;
    const choices = arrayMember(chunk, 'choices') ?? [];
    choices.forEach((choice, at) => {
      if (isJsonObject(choice)) this.#hearChoice(choice, choiceIndex(choice, at));
    });
    return usage !== undefined && choices.length === 0 ? 'usage' : 'content';
  }

  #hearChoice(choice: JsonObject, index: number): void {
    const reason = stringMember(choice, 'finish_reason');
    this.#error ??= finishFailure(reason);
    if (reason !== undefined) {
      this.#finished.add(index);
      this.#open.delete(index);
    } else if (!this.#finished.has(index)) {
      this.#open.add(index);
    }
  }

  #hearDone(): 'end' {
    this.#isDone = true;
    return 'end';
  }

  #hearError(error: HeardError): 'error' {
    this.#error ??= error;
    return 'error';
  }
}

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;
const CR = 0x0d;
/** Length of `data:`. */
const PREFIX = 5;

/** One data line that looks like an object from both ends; anything else is looked at closely. */
function isPlainChunk(frame: Frame): boolean {
  if (!frame.isOneDataLine) return false;
  const raw = frame.raw;
  const start = raw[PREFIX] === SPACE ? PREFIX + 1 : PREFIX;
  const end = raw[raw.length - 2] === CR ? raw.length - 5 : raw.length - 3;
  return raw[start] === OPEN_BRACE && raw[end] === CLOSE_BRACE;
}
