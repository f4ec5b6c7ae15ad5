import type { CallEvent } from '../../model/call-event.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import type { EventReader } from '../dialect.ts';
import { type ChoiceReader, ChunkReader, readWhole } from '../openai-family/chunk-reader.ts';
import { readFinishReason } from './finish-reason.ts';
import { thinkingOfPart } from './thinking-part.ts';
import { ToolCallReader } from './tool-call-reader.ts';

export function eventReader(): EventReader {
  return new ChunkReader((choice, answerId) => new ChatChoiceReader(choice, answerId));
}

export function eventsOfWhole(answer: JsonValue): CallEvent[] {
  return readWhole(answer, (choice, answerId) => new ChatChoiceReader(choice, answerId));
}

/** Reads one choice: the deltas of a stream, or the message of a whole answer, which is one big delta. */
class ChatChoiceReader implements ChoiceReader {
  readonly #choice: number;
  readonly #toolCalls: ToolCallReader;

  constructor(choice: number, answerId: string | undefined) {
    this.#choice = choice;
    this.#toolCalls = new ToolCallReader(choice, answerId);
  }

  push(choice: JsonObject): CallEvent[] {
    const delta = objectMember(choice, 'delta') ?? objectMember(choice, 'message');
    if (delta === undefined) return [];
    return [
      ...this.#thinking(delta),
      ...this.#content(delta['content']),
      ...this.#refusal(delta),
      ...this.#toolCalls.push(delta),
    ];
  }

  end(reason: string | undefined): CallEvent[] {
    const said = readFinishReason(reason ?? 'stop');
    // Some backends say `stop` although they call a tool (protocols 10.8).
    const meant = said === 'stop' && this.#toolCalls.hasAny ? 'tool-use' : said;
    return [...this.#toolCalls.end(), { type: 'choice-end', choice: this.#choice, reason: meant }];
  }

  /** DeepSeek, Kimi, Qwen, xAI and vLLM call it one way, Ollama, OpenRouter and Groq the other; some send both. */
  #thinking(delta: JsonObject): CallEvent[] {
    const text = stringMember(delta, 'reasoning_content') || stringMember(delta, 'reasoning');
    return text ? [{ type: 'thinking-delta', choice: this.#choice, text }] : [];
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
    const text = thinkingOfPart(part);
    return text ? [{ type: 'thinking-delta', choice: this.#choice, text }] : [];
  }

  #text(text: string): CallEvent[] {
    return text === '' ? [] : [{ type: 'text-delta', choice: this.#choice, text }];
  }

  #refusal(delta: JsonObject): CallEvent[] {
    const text = stringMember(delta, 'refusal');
    return text ? [{ type: 'refusal-delta', choice: this.#choice, text }] : [];
  }
}
