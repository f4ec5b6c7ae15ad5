/** A client of OpenAI's responses. */
import type { Json, JsonObject } from '../../fake-upstream/json.ts';
import { pdfUrl, pngUrl, type Turn, type Wish } from '../wish.ts';
import type { Front, Manner, Question } from './front.ts';
import { hearResponse } from './hear-response.ts';
import { openAiError } from './openai-error.ts';
import { ResponseEvents } from './response-events.ts';

export const openAiResponses: Front = {
  name: 'openai-responses',
  family: 'openai-responses',
  ask,
  hearWhole: hearResponse,
  hearStream: (text, told) => new ResponseEvents(told).hear(text),
  hearError: openAiError,
};

/** There are no stop texts here, nor several answers, nor anything about sampling but temperature and top_p. */
function ask(wish: Wish, { model, isStream }: Manner): Question | undefined {
  if (wish.stop || wish.choices || wish.topK) return undefined;
  const format = { type: 'json_schema', name: 'place', schema: wish.schema ?? {} };
  const body = {
    model,
    input: wish.turns.map(itemOf),
    ...(isStream ? { stream: true } : {}),
    ...(wish.tools ? { tools: wish.tools.map(toolOf) } : {}),
    ...(wish.must ? { tool_choice: { type: 'function', name: wish.must } } : {}),
    ...(wish.schema ? { text: { format } } : {}),
    ...(wish.tokensMax ? { max_output_tokens: wish.tokensMax } : {}),
    ...(wish.thinks ? { reasoning: { effort: 'medium', summary: 'auto' } } : {}),
  };
  return { path: '/v1/responses', body };
}

function itemOf(turn: Turn): JsonObject {
  switch (turn.by) {
    case 'user':
      return { role: 'user', content: contentOf(turn) };
    case 'call':
      return {
        type: 'function_call',
        call_id: turn.id,
        name: turn.name,
        arguments: JSON.stringify(turn.args),
      };
    case 'result':
      return { type: 'function_call_output', call_id: turn.id, output: turn.text };
    default:
      return { role: turn.by, content: turn.text };
  }
}

function contentOf({ text, png, pdf }: Extract<Turn, { by: 'user' }>): Json {
  if (png === undefined && pdf === undefined) return text;
  return [
    { type: 'input_text', text },
    ...(png === undefined ? [] : [{ type: 'input_image', image_url: pngUrl(png), detail: 'auto' }]),
    ...(pdf === undefined ? [] : [{ type: 'input_file', file_data: pdfUrl(pdf), filename: 'a.pdf' }]),
  ];
}

/** Strict unless told otherwise, here alone. */
function toolOf({ name, schema }: NonNullable<Wish['tools']>[number]): JsonObject {
  return { type: 'function', name, parameters: schema ?? null, strict: false };
}
