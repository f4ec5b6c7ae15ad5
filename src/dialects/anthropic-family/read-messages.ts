import type { Message, Part } from '../../model/call.ts';
import { type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { readCacheMark } from './cache-mark.ts';
import { readPlainWord } from './plain-word.ts';
import { type Block, readBlocks, readParts } from './read-parts.ts';
import { readSystemTexts } from './read-system.ts';
import { needObject, needString, readBoolean, wrongType } from './request-fields.ts';
import { withToolSignatures } from './tool-signature.ts';

/** The turns of the talk. A turn of the user's that answers tools becomes a message for each answer, then the rest. */
export function readMessages(messages: JsonValue | undefined, warnings: Warnings): Message[] {
  if (!Array.isArray(messages)) throw wrongType('messages', 'an array');
  return messages.flatMap((message: JsonValue, at) => {
    const path = `messages[${at}]`;
    return readMessage(needObject(message, path), path, warnings);
  });
}

function readMessage(message: JsonObject, path: string, warnings: Warnings): Message[] {
  const role = stringMember(message, 'role');
  const content = `${path}.content`;
  if (role === 'system') return [{ role, parts: readSystemTexts(message['content'], content) }];
  const blocks = readBlocks(message['content'], content);
  if (role === 'user') return readUserTurn(blocks, warnings);
  if (role === 'assistant') return [{ role, parts: withToolSignatures(readParts(blocks, warnings)) }];
  throw wrongType(`${path}.role`, 'one of user, assistant, system');
}

function readUserTurn(blocks: readonly Block[], warnings: Warnings): Message[] {
  const results = blocks.filter((block) => block.wire['type'] === 'tool_result');
  const others = blocks.filter((block) => block.wire['type'] !== 'tool_result');
  const answers = results.map((block) => readResult(block, warnings));
  if (others.length === 0 && answers.length > 0) return answers;
  return [...answers, { role: 'user', parts: readParts(others, warnings) }];
}

function readResult({ wire, path }: Block, warnings: Warnings): Message {
  const parts = readParts(readBlocks(wire['content'], `${path}.content`), warnings);
  return {
    role: 'tool',
    parts: withMark(parts, wire['cache_control']),
    toolUseId: readPlainWord(needString(wire, 'tool_use_id', path)),
    isError: readBoolean(wire, 'is_error', path),
  };
}

/** A mark that stands for a whole, put on the last of its parts. */
export function withMark(parts: readonly Part[], control: JsonValue | undefined): readonly Part[] {
  const cache = readCacheMark(control);
  const last = parts.at(-1);
  if (cache === undefined || last === undefined || last.cache !== undefined) return parts;
  return [...parts.slice(0, -1), { ...last, cache }];
}
