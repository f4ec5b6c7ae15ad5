import type { PartOf } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import { wrongType } from '../openai-family/request-fields.ts';
import { wrapInput } from './custom-tools.ts';
import { readThoughtSignature } from './thought-signature.ts';

type ToolUse = PartOf<'tool-use'>;

/** The calls in an assistant's message, in the new form and the old; `at` is the message's place. */
export function readToolUses(message: JsonObject, path: string, at: number): ToolUse[] {
  const calls = message['tool_calls'] ?? [];
  if (!Array.isArray(calls)) throw wrongType(`${path}.tool_calls`, 'an array');
  const uses = calls.map((call: JsonValue, place) =>
    readToolCall(call, `${path}.tool_calls[${place}]`, mintId(at, place)),
  );
  const old = message['function_call'] ?? undefined;
  if (old === undefined) return uses;
  return [...uses, readFunction(old, mintId(at, uses.length), `${path}.function_call`)];
}

/** By place, so that the same history always has the same ids and prompt caches hold (protocols 10.11). */
function mintId(message: number, place: number): string {
  return `call_${message}_${place}`;
}

function readToolCall(call: JsonValue, path: string, minted: string): ToolUse {
  if (!isJsonObject(call)) throw wrongType(path, 'an object');
  const id = stringMember(call, 'id') || minted;
  const custom = call['custom'];
  if (isJsonObject(custom)) return readCustom(custom, id, `${path}.custom`);
  const use = readFunction(call['function'], id, `${path}.function`);
  const signature = readThoughtSignature(call);
  return signature === undefined ? use : { ...use, signature };
}

function readFunction(called: JsonValue | undefined, id: string, path: string): ToolUse {
  if (!isJsonObject(called)) throw wrongType(path, 'an object');
  const written = called['arguments'] ?? '';
  return {
    type: 'tool-use',
    id,
    name: readName(called, path),
    arguments: typeof written === 'string' ? written : JSON.stringify(written),
  };
}

function readCustom(called: JsonObject, id: string, path: string): ToolUse {
  const input = stringMember(called, 'input') ?? '';
  return { type: 'tool-use', id, name: readName(called, path), arguments: wrapInput(input) };
}

function readName(called: JsonObject, path: string): string {
  const name = stringMember(called, 'name');
  if (name === undefined) throw wrongType(`${path}.name`, 'a string');
  return name;
}
