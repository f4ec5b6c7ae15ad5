import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { JSON_TOOL, JSON_VALUE_TOOL } from '../anthropic-family/tool-name.ts';

/** Is it the tool by which an answer in JSON was made to come? Then its input is the answer's text (protocols 10.5). */
export function isJsonAnswer(toolName: string): boolean {
  return toolName === JSON_TOOL || toolName === JSON_VALUE_TOOL;
}

/** Must its whole input be known before any of it can be told? Then the answer is only a part of it. */
export function isWrappedAnswer(toolName: string): boolean {
  return toolName === JSON_VALUE_TOOL;
}

/** The answer inside `{"value": …}`; input of another form is told as it is. */
export function unwrapAnswer(input: string): string {
  try {
    const value = JSON.parse(input) as JsonValue;
    return isJsonObject(value) && value['value'] !== undefined ? JSON.stringify(value['value']) : input;
  } catch {
    return input;
  }
}
