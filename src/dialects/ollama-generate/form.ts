import type { JsonObject } from '../../model/json.ts';
import type { AnswerForm } from '../ollama-family/answer-form.ts';

/** Generate answers with its text right in the answer. */
export const generateForm: AnswerForm = {
  saidIn: readSaid,
  members: ({ content, ...others }) => ({ response: content, ...others }),
};

function readSaid(answer: JsonObject): JsonObject | undefined {
  const { response, thinking, tool_calls } = answer;
  const isAnswer = typeof response === 'string' || typeof thinking === 'string';
  return isAnswer ? { content: response, thinking, tool_calls } : undefined;
}
