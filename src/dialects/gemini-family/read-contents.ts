import type { Message, Part } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import { type Fields, fieldsOf, wrongType } from './fields.ts';
import { mergeThoughts } from './merge-thoughts.ts';
import { type PartReading, readPart } from './read-parts.ts';
import { readToolResult } from './read-tool-result.ts';
import { ToolTurns } from './tool-turns.ts';

/** `function` is how old clients send what a function gave back (protocols 4.1). */
const roles: ReadonlyMap<string, 'user' | 'assistant'> = new Map<string, 'user' | 'assistant'>([
  ['user', 'user'],
  ['model', 'assistant'],
  ['function', 'user'],
]);

/** `contents` as messages. `detail` is how closely pictures are to be looked at. */
export function readContents(body: Fields, detail: string | undefined, warnings: Warnings): Message[] {
  const tools = new ToolTurns();
  return body.each('contents').flatMap((content, at) => {
    return readContent(content, (place) => ({ detail, warnings, tools, place: `${at}_${place}` }));
  });
}

type ReadingAt = (place: number) => PartReading;

function readContent(content: Fields, readingAt: ReadingAt): Message[] {
  const role = roles.get(content.string('role') || 'user');
  if (role === undefined) throw wrongType(content.param('role'), '"user" or "model"');
  if (role === 'user') return readUserTurn(content, readingAt);
  const parts = mergeThoughts(content.each('parts').flatMap((part, at) => readPart(part, readingAt(at))));
  return parts.length === 0 ? [] : [{ role, parts }];
}

/** What functions gave back comes first, each as a message of its own; what the user says, after it (protocols 10.2). */
function readUserTurn(content: Fields, readingAt: ReadingAt): Message[] {
  const results: Message[] = [];
  const parts: Part[] = [];
  for (const [at, part] of content.each('parts').entries()) {
    const result = part.fields('functionResponse');
    if (result === undefined) parts.push(...readPart(part, readingAt(at)));
    else results.push(readToolResult(result, readingAt(at)));
  }
  return parts.length === 0 ? results : [...results, { role: 'user', parts }];
}

/** The system instruction as a message; a bare text in its place is understood, too. */
export function readSystem(body: Fields, warnings: Warnings): Message[] {
  const value = body.get('systemInstruction');
  if (value === undefined) return [];
  if (typeof value === 'string') return [{ role: 'system', parts: [{ type: 'text', text: value }] }];
  const reading = { detail: undefined, warnings, tools: new ToolTurns(), place: 'system' };
  const instruction = fieldsOf(value, body.param('systemInstruction'));
  const parts = instruction.each('parts').flatMap((part) => readPart(part, reading));
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}
