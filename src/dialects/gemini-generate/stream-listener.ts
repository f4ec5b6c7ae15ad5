import type { Frame } from '../../model/frame.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import { arrayMember, isJsonObject, type JsonObject, objectMember, stringMember } from '../../model/json.ts';
import { MemberSearch } from '../../model/member-search.ts';
import type { Usage } from '../../model/usage.ts';
import type { HeardError, StreamListener } from '../dialect.ts';
import { readFrame } from '../gemini-family/frame-content.ts';
import { readGeminiUsage } from '../gemini-family/usage.ts';
import { isFinished } from './finish-reason.ts';
import { eventFraming } from './framing.ts';

export function streamListener(): StreamListener {
  return new GeminiListener();
}

const finishReason = new MemberSearch('finishReason');
const blockReason = new MemberSearch('blockReason');
const error = new MemberSearch('error');
/** Not `usageMetadata`: early chunks have one that holds nothing but the kind of traffic. */
const tokenCount = new MemberSearch('promptTokenCount');

/**
 * Listens to a stream that passes through. Frames are told to be content by their bytes. Usage stands on most of
 * them, so only the last that has it is kept, and parsed when it is asked for.
 */
class GeminiListener implements StreamListener {
  #counted: Frame | undefined;
  #usage: Usage | undefined;
  #error: HeardError | undefined;
  #isFinished = false;

  hear(frame: Frame): 'content' | 'error' | 'comment' | 'nothing' {
    if (frame.isOneDataLine && !hasNews(frame.raw)) return this.#content(frame);
    const content = readFrame(frame);
    if (content.kind === 'error') return this.#hearError(content.error);
    // Google's own SDK throws on a [DONE], which only proxies write (protocols 12).
    if (content.kind === 'done') return 'nothing';
    if (content.kind === 'nothing') return 'comment';
    if (content.chunks.some(isEnd)) this.#isFinished = true;
    return this.#content(frame);
  }

  get isComplete(): boolean {
    return this.#isFinished && this.#error === undefined;
  }

  get usage(): Usage | undefined {
    if (this.#counted === undefined) return this.#usage;
    const content = readFrame(this.#counted);
    const chunk = content.kind === 'chunks' ? content.chunks.at(-1) : undefined;
    this.#usage = readGeminiUsage(chunk?.['usageMetadata']) ?? this.#usage;
    this.#counted = undefined;
    return this.#usage;
  }

  get error(): HeardError | undefined {
    return this.#error;
  }

  missingEnd(): string {
    return '';
  }

  errorFrames(failure: GatewayError): string {
    return eventFraming.fail(failure);
  }

  #content(frame: Frame): 'content' {
    if (tokenCount.isIn(frame.raw)) this.#counted = frame;
    return 'content';
  }

  #hearError(heard: HeardError): 'error' {
    this.#error ??= heard;
    return 'error';
  }
}

const OPEN_BRACE = 0x7b;
const SPACE = 0x20;
/** Length of `data:`. */
const PREFIX = 5;

/** Also what does not look like an object is news: it must be looked at. */
function hasNews(raw: Buffer): boolean {
  if (raw[raw[PREFIX] === SPACE ? PREFIX + 1 : PREFIX] !== OPEN_BRACE) return true;
  return finishReason.isIn(raw) || error.isIn(raw) || blockReason.isIn(raw);
}

/** The first candidate has finished, or the prompt was blocked. */
function isEnd(chunk: JsonObject): boolean {
  const feedback = objectMember(chunk, 'promptFeedback');
  if (feedback !== undefined && stringMember(feedback, 'blockReason') !== undefined) return true;
  return (arrayMember(chunk, 'candidates') ?? []).some((candidate) => {
    return isJsonObject(candidate) && (candidate['index'] ?? 0) === 0 && hasFinished(candidate);
  });
}

function hasFinished(candidate: JsonObject): boolean {
  return isFinished(stringMember(candidate, 'finishReason'));
}
