import { objectMember } from '../../model/json.ts';
import type { AnswerForm } from '../ollama-family/answer-form.ts';

/** A chat answers with a message. */
export const chatForm: AnswerForm = {
  saidIn: (answer) => objectMember(answer, 'message'),
  members: (said) => ({ message: { role: 'assistant', ...said } }),
};
