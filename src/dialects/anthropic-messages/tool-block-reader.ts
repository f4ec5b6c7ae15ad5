import type { CallEvent } from '../../model/call-event.ts';
import { type JsonObject, stringMember } from '../../model/json.ts';
import { readPlainWord } from '../anthropic-family/plain-word.ts';
import type { FreeIds } from '../tool-use-family/free-ids.ts';
import { type BlockReader, textDelta } from './content-block.ts';
import { isJsonAnswer, isWrappedAnswer, unwrapAnswer } from './json-answer.ts';

/**
 * The reader for a tool use: one of the client's tools, or the one that gives an answer in JSON. Missing ids are
 * derived, not random: the same answer read twice has the same ones; an id given twice is made unique (protocols 10.12).
 */
export function toolBlockReader(block: JsonObject, index: number, ids: FreeIds): BlockReader {
  const name = stringMember(block, 'name') ?? '';
  return isJsonAnswer(name)
    ? new JsonAnswerReader(block, name)
    : new ToolUseReader(block, name, ids.take(stringMember(block, 'id') || `toolu_${index}`));
}

/** The input may stand in the block itself, in deltas, or nowhere: no input is `{}`, and needs no word (protocols T10). */
class ToolUseReader implements BlockReader {
  readonly isToolUse = true;
  readonly #block: JsonObject;
  readonly #id: string;
  readonly #name: string;
  #hasDeltas = false;

  constructor(block: JsonObject, name: string, id: string) {
    this.#block = block;
    this.#id = readPlainWord(id);
    this.#name = readPlainWord(name);
  }

  start(): CallEvent[] {
    return [{ type: 'tool-use-start', choice: 0, id: this.#id, name: this.#name }];
  }

  delta(delta: JsonObject): CallEvent[] {
    const text = stringMember(delta, 'partial_json');
    if (!text) return [];
    this.#hasDeltas = true;
    return [{ type: 'tool-use-delta', choice: 0, id: this.#id, arguments: text }];
  }

  stop(): CallEvent[] {
    const whole = this.#hasDeltas ? [] : this.delta({ partial_json: inputOf(this.#block) });
    return [...whole, { type: 'tool-use-end', choice: 0, id: this.#id }];
  }
}

/** Turns the input of the JSON tool back into the text it was asked for as. */
class JsonAnswerReader implements BlockReader {
  readonly isToolUse = false;
  readonly #block: JsonObject;
  readonly #isWrapped: boolean;
  #held = '';
  #hasDeltas = false;

  constructor(block: JsonObject, name: string) {
    this.#block = block;
    this.#isWrapped = isWrappedAnswer(name);
  }

  start(): CallEvent[] {
    return [];
  }

  delta(delta: JsonObject): CallEvent[] {
    const text = stringMember(delta, 'partial_json');
    if (!text) return [];
    this.#hasDeltas = true;
    if (!this.#isWrapped) return textDelta(text);
    this.#held += text;
    return [];
  }

  stop(): CallEvent[] {
    const whole = this.#hasDeltas ? [] : this.delta({ partial_json: inputOf(this.#block) || '{}' });
    return this.#isWrapped ? textDelta(unwrapAnswer(this.#held)) : whole;
  }
}

/** The input a block bears itself; '' for none. */
function inputOf(block: JsonObject): string {
  const input = block['input'] ?? {};
  if (typeof input === 'string') return input;
  const text = JSON.stringify(input);
  return text === '{}' ? '' : text;
}
