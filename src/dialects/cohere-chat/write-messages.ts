import type { Message, PartOf } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import { ToolUseIds } from './tool-use-ids.ts';
import type { WireMessage, WireText, WireToolCall } from './wire.ts';
import { contentOf, PartWriter } from './write-parts.ts';

/** The messages of a call. Names of messages and cache marks have no place in Cohere's (letter D). */
export function writeMessages(messages: readonly Message[], warnings: Warnings): WireMessage[] {
  const ids = new ToolUseIds();
  return messages.map((message, at) =>
    writeMessage(message, new PartWriter(`messages[${at}]`, warnings), ids, warnings),
  );
}

function writeMessage(message: Message, parts: PartWriter, ids: ToolUseIds, warnings: Warnings): WireMessage {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: contentOf(parts.texts(message.parts)) };
    case 'user':
      return { role: 'user', content: contentOf(parts.user(message.parts)) };
    case 'assistant':
      return writeTurn(message, parts, ids);
    case 'tool':
      return writeResult(message, parts, ids, warnings);
  }
}

/** What the model said before it called its tools is its `tool_plan`; a turn with calls has no other text. */
function writeTurn(message: Message, parts: PartWriter, ids: ToolUseIds): WireMessage {
  const texts = parts.texts(message.parts);
  const uses = message.parts.filter((part) => part.type === 'tool-use');
  if (uses.length === 0) return { role: 'assistant', content: contentOf(texts) };
  const plan = texts.map((part) => part.text).join('\n');
  const tool_calls = uses.map((use) => writeToolUse(use, ids));
  return { role: 'assistant', ...(plan === '' ? {} : { tool_plan: plan }), tool_calls };
}

function writeToolUse(use: PartOf<'tool-use'>, ids: ToolUseIds): WireToolCall {
  const text = use.arguments.trim();
  return {
    id: ids.use(use.id),
    type: 'function',
    // A tool without arguments is called with nothing at all by many a model (protocols T10).
    function: { name: use.name, arguments: text === '' || text === 'null' ? '{}' : use.arguments },
  };
}

/** That a tool failed has no place of its own: the words say it (protocols 10.2). */
function writeResult(message: Message, parts: PartWriter, ids: ToolUseIds, warnings: Warnings): WireMessage {
  const result = parts.result(message.parts);
  if (message.isError) warnings.changed('is_error', 'tool_error_told_in_text');
  return {
    role: 'tool',
    tool_call_id: ids.answer(message.toolUseId ?? ''),
    content: contentOf(message.isError ? asFailure(result) : result),
  };
}

function asFailure<Part extends { readonly type: string }>(
  result: readonly (Part | WireText)[],
): (Part | WireText)[] {
  const [first, ...others] = result;
  if (first !== undefined && 'text' in first)
    return [{ type: 'text', text: `Error: ${first.text}` }, ...others];
  return [{ type: 'text', text: 'Error:' }, ...result];
}
