/** The blocks of an Anthropic answer, as they are opened, as they grow and as they end: thinking, text, tools. */
import type { Said, ToolCall } from '../asked-and-said.ts';
import type { JsonObject } from '../json.ts';
import { inBits, isWordless } from '../words.ts';

const SIGNATURE = 'RmFrZVNpZ25hdHVyZQ==';

export interface Block {
  readonly opened: JsonObject;
  readonly deltas: Iterable<JsonObject>;
  /** A getter: a flood of text is joined only by who wants it whole. */
  readonly finished: JsonObject;
}

export function blocksOf(said: Said): Block[] {
  return [
    ...thinkingBlocks(said),
    ...(isWordless(said.pieces) ? [] : [textBlock(said.pieces)]),
    ...said.tools.map(toolBlock),
  ];
}

/** Thinking is always signed here. One that is signed but has no words is how Anthropic leaves the words out. */
function thinkingBlocks({ signed, thoughts }: Said): Block[] {
  if (signed === 'redacted') {
    const block = { type: 'redacted_thinking', data: SIGNATURE };
    return [{ opened: block, deltas: [], finished: block }];
  }
  return signed === 'yes' || thoughts.length > 0 ? [thinkingBlock(thoughts)] : [];
}

function thinkingBlock(thoughts: readonly string[]): Block {
  const deltas = thoughts.map((thinking) => ({ type: 'thinking_delta', thinking }));
  return {
    opened: { type: 'thinking', thinking: '', signature: '' },
    deltas: [...deltas, { type: 'signature_delta', signature: SIGNATURE }],
    finished: { type: 'thinking', thinking: thoughts.join(''), signature: SIGNATURE },
  };
}

function textBlock(pieces: Iterable<string>): Block {
  return {
    opened: { type: 'text', text: '' },
    deltas: mapped(pieces, (text) => ({ type: 'text_delta', text })),
    get finished() {
      return { type: 'text', text: [...pieces].join('') };
    },
  };
}

/** A tool without arguments has one empty delta, as at Anthropic. */
function toolBlock({ id, name, args, argsText }: ToolCall): Block {
  const toolId = id.replace('call_', 'toolu_');
  return {
    opened: { type: 'tool_use', id: toolId, name, input: {} },
    deltas: ['', ...inBits(argsText)].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    finished: { type: 'tool_use', id: toolId, name, input: args },
  };
}

function* mapped<In, Out>(all: Iterable<In>, change: (each: In) => Out): Generator<Out> {
  for (const each of all) yield change(each);
}
