import type { JsonObject } from '../../model/json.ts';
import { readPrompt } from './prompt.ts';

/** Several prompts are several questions; the choices of the answer follow in their order (protocols 2.5). */
export function splitBody(body: JsonObject): readonly JsonObject[] | undefined {
  const prompt = readPrompt(body);
  if (prompt.kind !== 'texts' || prompt.texts.length < 2) return undefined;
  return prompt.texts.map((text) => ({ ...body, prompt: text }));
}
