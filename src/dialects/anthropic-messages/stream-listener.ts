import type { Frame } from '../../model/frame.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import { type JsonObject, objectMember, stringMember } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { HeardError, StreamListener } from '../dialect.ts';
import { readFrame } from './frame-content.ts';
import { errorFrame, stopFrame } from './frames.ts';
import { UsageReports } from './usage.ts';

type Heard = ReturnType<StreamListener['hear']>;

/**
 * Listens to a stream that passes through. The frames of content blocks, which are nearly all, are told by
 * their first bytes; only what begins and ends the message is parsed.
 */
export class MessageListener implements StreamListener {
  readonly #usage = new UsageReports();
  #error: HeardError | undefined;
  #messageId: string | undefined;
  #hasStarted = false;
  #hasContent = false;
  #hasStopReason = false;
  #isStopped = false;

  hear(frame: Frame): Heard {
    if (isBlockFrame(frame.raw)) return this.#hearBlock();
    const content = readFrame(frame);
    if (content.kind === 'comment') return 'comment';
    // Whatever follows the end belongs to no answer.
    if (content.kind === 'foreign-end' || this.#isStopped) return 'nothing';
    if (content.kind === 'error') return this.#hearError(content.error);
    return this.#hearEvent(content.type, content.event);
  }

  get isComplete(): boolean {
    return this.#error === undefined && (this.#isStopped || this.#hasStopReason);
  }

  get usage(): Usage | undefined {
    return this.#usage.usage;
  }

  get error(): HeardError | undefined {
    return this.#error;
  }

  missingEnd(): string {
    return this.isComplete && !this.#isStopped ? stopFrame : '';
  }

  errorFrames(error: GatewayError): string {
    return errorFrame(error);
  }

  #hearEvent(type: string, event: JsonObject): Heard {
    if (type === 'message_start') return this.#hearStart(event);
    if (type === 'message_delta') return this.#hearDelta(event);
    if (type === 'message_stop') return this.#hearStop();
    if (type.startsWith('content_block_')) return this.#hearBlock();
    return 'content';
  }

  #hearBlock(): 'content' {
    this.#hasContent = true;
    return 'content';
  }

  /** A message that begins a second time makes clients throw, so that is kept from them; another one is a failure. */
  #hearStart(event: JsonObject): Heard {
    const message = objectMember(event, 'message') ?? {};
    const id = stringMember(message, 'id');
    if (this.#hasStarted) {
      if (!this.#hasContent || id === this.#messageId) return 'nothing';
      return this.#hearError({ message: 'the backend began a second answer inside its stream' });
    }
    this.#hasStarted = true;
    this.#messageId = id;
    this.#takeUsage(message);
    return 'content';
  }

  #hearDelta(event: JsonObject): Heard {
    this.#takeUsage(event);
    const delta = objectMember(event, 'delta');
    if (delta !== undefined && stringMember(delta, 'stop_reason')) this.#hasStopReason = true;
    return 'content';
  }

  #hearStop(): 'end' {
    this.#isStopped = true;
    return 'end';
  }

  #hearError(error: HeardError): 'error' {
    this.#error ??= error;
    return 'error';
  }

  #takeUsage(holder: JsonObject): void {
    const usage = objectMember(holder, 'usage');
    if (usage !== undefined) this.#usage.take(usage);
  }
}

export function streamListener(): StreamListener {
  return new MessageListener();
}

const beginnings = ['event: content_block_', 'event:content_block_', 'data: {"type":"content_block_'].map(
  (text) => Buffer.from(text, 'latin1'),
);

function isBlockFrame(raw: Buffer): boolean {
  return beginnings.some((beginning) => startsWith(raw, beginning));
}

function startsWith(raw: Buffer, beginning: Buffer): boolean {
  if (raw.length < beginning.length) return false;
  for (let at = 0; at < beginning.length; at++) if (raw[at] !== beginning[at]) return false;
  return true;
}
