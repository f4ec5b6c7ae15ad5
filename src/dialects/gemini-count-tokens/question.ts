import type { JsonObject } from '../../model/json.ts';
import { either, Fields, fieldsOf, missing } from '../gemini-family/fields.ts';

/** The question to be counted: a whole request, or the body itself with its `contents`. */
export function questionOf(body: JsonObject): Fields {
  const request = either(body, 'generateContentRequest', 'generate_content_request');
  if (request === undefined) return new Fields(body);
  return fieldsOf(request, new Fields(body).param('generateContentRequest'));
}

export function checkQuestion(body: JsonObject): void {
  const question = questionOf(body);
  if (!question.has('contents')) throw missing(question.param('contents'));
  question.each('contents');
}
