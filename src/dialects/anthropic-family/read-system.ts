import type { Message, PartOf } from '../../model/call.ts';
import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { cacheOf } from './cache-mark.ts';
import { needObject, needString, wrongType } from './request-fields.ts';

/** `system`, a text or blocks of text, as the first message. */
export function readSystem(system: JsonValue | undefined): readonly Message[] {
  const parts = readSystemTexts(system, 'system').flatMap(withoutBillingLine);
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

/** The texts of `system`, or of a message with that role. */
export function readSystemTexts(content: JsonValue | undefined, path: string): PartOf<'text'>[] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw wrongType(path, 'a string or an array of text blocks');
  return content.map((block: JsonValue, at) => readTextBlock(block, `${path}[${at}]`));
}

function readTextBlock(block: JsonValue, path: string): PartOf<'text'> {
  const text = needString(needObject(block, path), 'text', path);
  return { type: 'text', text, ...(isJsonObject(block) && cacheOf(block)) };
}

const billingLine = /^x-anthropic-billing-header:[^\n]*\n?/;

/** Claude Code begins with a line for Anthropic's books that is another every time: no prompt cache survives it. */
function withoutBillingLine(part: PartOf<'text'>): PartOf<'text'>[] {
  const text = part.text.replace(billingLine, '');
  if (text === part.text) return [part];
  return text.trim() === '' ? [] : [{ ...part, text }];
}
