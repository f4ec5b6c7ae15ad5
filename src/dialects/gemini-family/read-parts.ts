import type { Part } from '../../model/call.ts';
import type { Signature } from '../../model/signature.ts';
import type { Warnings } from '../../model/warnings.ts';
import { type Fields, fieldsOf, missing } from './fields.ts';
import { readFileData, readInlineData } from './read-media.ts';
import { readThoughtSignature } from './thought-signature.ts';
import type { ToolTurns } from './tool-turns.ts';

/** What the reader of one part must know beside it. */
export interface PartReading {
  readonly warnings: Warnings;
  readonly tools: ToolTurns;
  /** How closely pictures are to be looked at: `low`, `high`. */
  readonly detail: string | undefined;
  /** Where the part stands, for ids: `2_0`. */
  readonly place: string;
}

type PartReader = (part: Fields, reading: PartReading) => Part[];

/** By the member that makes a part what it is. */
const readers: readonly (readonly [member: string, read: PartReader])[] = [
  ['functionCall', readFunctionCall],
  ['inlineData', (part, { detail }) => [readInlineData(part, detail)]],
  ['fileData', (part, { detail }) => [readFileData(part, detail)]],
  ['executableCode', readCode],
  ['codeExecutionResult', readCodeResult],
  ['text', readText],
];

/** One part of a turn as the parts it means; a `functionResponse` is no part here but a message. */
export function readPart(part: Fields, reading: PartReading): Part[] {
  for (const name of ['videoMetadata', 'mediaResolution', 'partMetadata']) {
    if (part.has(name)) reading.warnings.dropped(part.param(name));
  }
  const reader = readers.find(([member]) => part.has(member));
  if (reader !== undefined) return reader[1](part, reading);
  const signature = signatureOf(part);
  if (signature !== undefined) return [{ type: 'thinking', text: '', signature }];
  reading.warnings.refuse(part.path, `"${part.path}" is of a kind that this model cannot be sent.`);
  return [];
}

function signatureOf(part: Fields): Signature | undefined {
  return readThoughtSignature(part.string('thoughtSignature'));
}

/** Google also signs what is no thought; then the signature stands behind the text, as in a stream (protocols 4.5). */
function readText(part: Fields): Part[] {
  const text = part.string('text') ?? '';
  const signature = signatureOf(part);
  if (part.flag('thought') === true) return [{ type: 'thinking', text, signature }];
  const said: Part[] = text === '' ? [] : [{ type: 'text', text }];
  return signature === undefined ? said : [...said, { type: 'thinking', text: '', signature }];
}

function readFunctionCall(part: Fields, { tools, place }: PartReading): Part[] {
  const call = fieldsOf(part.get('functionCall'), part.param('functionCall'));
  const name = call.string('name');
  if (!name) throw missing(call.param('name'));
  const args = call.fields('args')?.json ?? {};
  const id = tools.called(call.string('id'), name, place);
  return [{ type: 'tool-use', id, name, arguments: JSON.stringify(args), signature: signatureOf(part) }];
}

/** Code that Google ran is history anybody can read as text. */
function readCode(part: Fields, { warnings }: PartReading): Part[] {
  const code = fieldsOf(part.get('executableCode'), part.param('executableCode'));
  warnings.changed(code.path, 'as_text');
  return [{ type: 'text', text: `\`\`\`\n${code.string('code') ?? ''}\n\`\`\`` }];
}

function readCodeResult(part: Fields, { warnings }: PartReading): Part[] {
  const result = fieldsOf(part.get('codeExecutionResult'), part.param('codeExecutionResult'));
  warnings.changed(result.path, 'as_text');
  return [{ type: 'text', text: `\`\`\`\n${result.string('output') ?? ''}\n\`\`\`` }];
}
