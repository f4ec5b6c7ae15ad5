import type { CallEvent, TokenLogprob } from '../../model/call-event.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { AnswerReading } from '../dialect.ts';
import { withTokens } from '../logprobs-family/place-tokens.ts';
import { readTokens } from '../logprobs-family/read-tokens.ts';
import { readChoiceLogprobs } from '../openai-family/choice-logprobs.ts';
import type { ChoiceReader } from '../openai-family/chunk-reader.ts';
import { readFinishReason } from './finish-reason.ts';
import { readImageEvents } from './message-images.ts';
import { thinkingText } from './read-thinking.ts';
import { type ReasoningDetail, readReasoningDetails } from './reasoning-details.ts';
import { ThinkTags } from './think-tags.ts';
import { thinkingOfPart } from './thinking-part.ts';
import { ToolCallReader } from './tool-call-reader.ts';

/** What a message may hold that no other dialect's answer has a place for. */
const unspoken: readonly string[] = ['annotations', 'audio'];

/** Reads one choice: the deltas of a stream, or the message of a whole answer, which is one big delta. */
export class ChatChoiceReader implements ChoiceReader {
  readonly #choice: number;
  readonly #toolCalls: ToolCallReader;
  readonly #warnings: Warnings;
  /** Absent where the server keeps thoughts apart by itself. */
  readonly #tags: ThinkTags | undefined;
  #stopText: string | undefined;
  #hasRefused = false;
  #images = 0;

  constructor(choice: number, answerId: string | undefined, { quirks, warnings }: AnswerReading) {
    this.#choice = choice;
    this.#toolCalls = new ToolCallReader(choice, answerId);
    this.#warnings = warnings;
    this.#tags = quirks.thinkTags ? new ThinkTags() : undefined;
  }

  push(choice: JsonObject): CallEvent[] {
    // vLLM tells which of the stop texts it was; a number there is a token, and says nothing to anybody.
    this.#stopText = stringMember(choice, 'stop_reason') || this.#stopText;
    const delta = objectMember(choice, 'delta') ?? objectMember(choice, 'message') ?? {};
    return [
      ...withTokens(this.#choice, readChoiceLogprobs(choice), this.#said(delta)),
      ...withTokens(this.#choice, readRefusalLogprobs(choice), this.#refusal(delta)),
      ...this.#pictures(delta),
      ...this.#toolCalls.push(delta),
    ];
  }

  end(reason: string | undefined): CallEvent[] {
    // Only a clean end comes here without a reason; that it was a natural one is a guess (protocols 10.8).
    if (reason === undefined) this.#warnings.estimated('finish_reason', 'missing');
    const rest = this.#tags?.end() ?? [];
    return [
      ...rest.map((piece): CallEvent => ({ ...piece, choice: this.#choice })),
      ...this.#toolCalls.end(),
      this.#choiceEnd(readFinishReason(reason ?? 'stop')),
    ];
  }

  #choiceEnd(said: ReturnType<typeof readFinishReason>): CallEvent {
    const ended = { type: 'choice-end', choice: this.#choice } as const;
    // Where the model said itself that it will not, no filter did.
    if (said === 'content-filter' && this.#hasRefused) return { ...ended, reason: 'refusal' };
    if (said !== 'stop' && said !== 'stop-text') return { ...ended, reason: said };
    // Some backends say `stop` although they call a tool (protocols 10.8).
    if (this.#toolCalls.hasAny) return { ...ended, reason: 'tool-use' };
    if (this.#hasRefused) return { ...ended, reason: 'refusal' };
    if (this.#stopText === undefined) return { ...ended, reason: said };
    return { ...ended, reason: 'stop-text', stopText: this.#stopText };
  }

  #said(delta: JsonObject): CallEvent[] {
    for (const name of unspoken) if (isThere(delta[name])) this.#warnings.dropped(name);
    return [...this.#thinking(delta), ...this.#content(delta['content'])];
  }

  #thinking(delta: JsonObject): CallEvent[] {
    const text = thinkingText(delta);
    const details = readReasoningDetails(delta);
    const told = this.#thought(text);
    return details.length === 0
      ? told
      : [...told, ...details.flatMap((one) => this.#detail(one, text === ''))];
  }

  /** Details repeat the text that stands beside them, and add what it lacks. */
  #detail(detail: ReasoningDetail, isTextMissing: boolean): CallEvent[] {
    const choice = this.#choice;
    if (detail.type === 'redacted-thinking') return [{ ...detail, choice }];
    const told = isTextMissing ? this.#thought(detail.text) : [];
    if (detail.signature === undefined) return told;
    return [...told, { type: 'thinking-end', choice, signature: detail.signature }];
  }

  /** A text; or parts, as Mistral's reasoning models write. */
  #content(content: JsonValue | undefined): CallEvent[] {
    if (typeof content === 'string') return this.#text(content);
    if (!Array.isArray(content)) return [];
    return (content as readonly JsonValue[]).flatMap((part) => (isJsonObject(part) ? this.#part(part) : []));
  }

  #part(part: JsonObject): CallEvent[] {
    if (part['type'] === 'text') return this.#text(stringMember(part, 'text') ?? '');
    if (part['type'] === 'refusal') return this.#refusal(part);
    return this.#thought(thinkingOfPart(part));
  }

  #text(text: string): CallEvent[] {
    const choice = this.#choice;
    if (this.#tags !== undefined) return this.#tags.push(text).map((piece) => ({ ...piece, choice }));
    return text === '' ? [] : [{ type: 'text-delta', choice, text }];
  }

  #thought(text: string): CallEvent[] {
    return text === '' ? [] : [{ type: 'thinking-delta', choice: this.#choice, text }];
  }

  #refusal(delta: JsonObject): CallEvent[] {
    const text = stringMember(delta, 'refusal');
    this.#hasRefused ||= Boolean(text);
    return text ? [{ type: 'refusal-delta', choice: this.#choice, text }] : [];
  }

  #pictures(delta: JsonObject): CallEvent[] {
    if (delta['images'] === undefined) return [];
    const events = readImageEvents(delta, this.#images);
    this.#images += events.length;
    return events;
  }
}

/** A refusal's tokens stand apart from those of the text. */
function readRefusalLogprobs(choice: JsonObject): TokenLogprob[] {
  return readTokens(objectMember(choice, 'logprobs')?.['refusal']);
}

/** Not absent, not null, not an empty list. */
function isThere(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
