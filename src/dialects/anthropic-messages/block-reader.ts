import type { CallEvent } from '../../model/call-event.ts';
import { arrayMember, type JsonObject, stringMember } from '../../model/json.ts';
import { readSignature } from '../../model/signature.ts';
import { type BlockReader, type MessageSoFar, textDelta } from './content-block.ts';
import { toolBlockReader } from './tool-block-reader.ts';

type NewReader = (block: JsonObject, index: number, message: MessageSoFar) => BlockReader;

const readers: ReadonlyMap<string, NewReader> = new Map<string, NewReader>([
  ['text', (block, _, { warnings }) => new TextReader(block, warnings)],
  ['thinking', (block) => new ThinkingReader(block)],
  ['redacted_thinking', (block) => new RedactedReader(block)],
  ['tool_use', (block, index, { toolIds }) => toolBlockReader(block, index, toolIds)],
]);

/** The reader for a block by its type. What Anthropic's own tools do and say is passed over (W, once). */
export function blockReader(block: JsonObject, index: number, message: MessageSoFar): BlockReader {
  const type = stringMember(block, 'type') ?? 'block';
  const reader = readers.get(type)?.(block, index, message);
  if (reader === undefined) message.warnings.dropped(type);
  return reader ?? new PassedOver();
}

class PassedOver implements BlockReader {
  readonly isToolUse = false;

  start(): CallEvent[] {
    return [];
  }

  delta(): CallEvent[] {
    return [];
  }

  stop(): CallEvent[] {
    return [];
  }
}

class TextReader implements BlockReader {
  readonly isToolUse = false;
  readonly #block: JsonObject;
  readonly #warnings: MessageSoFar['warnings'];

  constructor(block: JsonObject, warnings: MessageSoFar['warnings']) {
    this.#block = block;
    this.#warnings = warnings;
  }

  start(): CallEvent[] {
    if ((arrayMember(this.#block, 'citations') ?? []).length > 0) this.#warnings.dropped('citations');
    return textDelta(stringMember(this.#block, 'text'));
  }

  delta(delta: JsonObject): CallEvent[] {
    if (delta['type'] === 'citations_delta') this.#warnings.dropped('citations');
    return textDelta(stringMember(delta, 'text'));
  }

  stop(): CallEvent[] {
    return [];
  }
}

class ThinkingReader implements BlockReader {
  readonly isToolUse = false;
  readonly #block: JsonObject;
  #signature: string;

  constructor(block: JsonObject) {
    this.#block = block;
    this.#signature = stringMember(block, 'signature') ?? '';
  }

  start(): CallEvent[] {
    return this.delta(this.#block);
  }

  delta(delta: JsonObject): CallEvent[] {
    if (delta !== this.#block) this.#signature += stringMember(delta, 'signature') ?? '';
    const text = stringMember(delta, 'thinking');
    return text ? [{ type: 'thinking-delta', choice: 0, text }] : [];
  }

  stop(): CallEvent[] {
    return [{ type: 'thinking-end', choice: 0, signature: readSignature(this.#signature, 'anthropic') }];
  }
}

class RedactedReader extends PassedOver {
  readonly #block: JsonObject;

  constructor(block: JsonObject) {
    super();
    this.#block = block;
  }

  override start(): CallEvent[] {
    const signature = readSignature(stringMember(this.#block, 'data'), 'anthropic');
    return signature === undefined ? [] : [{ type: 'redacted-thinking', choice: 0, signature }];
  }
}
