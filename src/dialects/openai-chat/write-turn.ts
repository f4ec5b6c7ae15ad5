import type { JsonObject, JsonValue } from '../../model/json.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';
import type { WireQuirks } from '../wire-quirks.ts';
import type { Turn } from './turn.ts';

/** One message of the wire. */
export function writeTurn(turn: Turn, quirks: WireQuirks): JsonObject {
  return withoutUndefined({
    role: turn.role === 'system' && quirks.developerRole ? 'developer' : turn.role,
    name: namable(turn.name),
    content: contentOf(turn, quirks),
    ...thoughts(turn, quirks),
    tool_calls: hasCalls(turn) ? turn.toolCalls : undefined,
    tool_call_id: turn.toolCallId,
  });
}

/** OpenAI refuses other names; a name is a nicety and never worth that. */
function namable(name: string | undefined): string | undefined {
  return name !== undefined && /^[\w-]{1,64}$/.test(name) ? name : undefined;
}

/** A string wherever it can be one, for the ordinary form is the one every server knows. */
function contentOf(turn: Turn, quirks: WireQuirks): JsonValue {
  const { parts } = turn;
  if (parts.length === 0) return hasCalls(turn) && quirks.contentNull ? null : '';
  const isOneText = parts.length === 1 && parts[0]?.['type'] === 'text';
  const isFlat = isOneText || quirks.flattensText || turn.role === 'tool';
  const texts = isFlat ? textsOf(parts) : undefined;
  if (texts === undefined) return parts.map(asTextUnlessSaid(turn));
  return texts.join('\n');
}

/** The texts, if there is nothing else; a refusal is one. */
function textsOf(parts: readonly JsonObject[]): string[] | undefined {
  const texts = parts.map((part) => part['text'] ?? part['refusal']);
  return texts.every((text) => typeof text === 'string') ? texts : undefined;
}

/** Only an assistant may have refused. */
function asTextUnlessSaid({ role }: Turn): (part: JsonObject) => JsonObject {
  return (part) =>
    part['type'] === 'refusal' && role !== 'assistant' ? { type: 'text', text: part['refusal'] } : part;
}

function hasCalls({ toolCalls }: Turn): boolean {
  return toolCalls !== undefined && toolCalls.length > 0;
}

/** Some models lose the thread of a tool loop without their own thoughts (protocols 10.6); others refuse the member. */
function thoughts({ thoughts }: Turn, { reasoningBack }: WireQuirks): JsonObject {
  return thoughts && reasoningBack !== 'none' ? { [reasoningBack]: thoughts } : {};
}
