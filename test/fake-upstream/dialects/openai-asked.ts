/** What OpenAI's chat and completions requests ask, in the fake's own words. */
import type { Asked, ToolOffered } from '../asked-and-said.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, stringIn, textIn } from '../json.ts';
import type { Arrived } from '../operation.ts';

export function readChat({ body }: Arrived): Asked {
  const messages = listIn(body.messages).map(objectIn);
  const last = messages.at(-1);
  const lastUser = messages.findLast((message) => message.role === 'user');
  return {
    ...readCommon(body),
    text: textIn(lastUser?.content),
    prompt: messages.map((message) => textIn(message.content)).join('\n'),
    ...toolOffered(listIn(body.tools)[0]),
    ...(last?.role === 'tool' ? { toolResult: textIn(last.content) } : {}),
    ...tokensMax(numberIn(body.max_completion_tokens) ?? numberIn(body.max_tokens)),
  };
}

export function readCompletion({ body }: Arrived): Asked {
  const prompt = textIn(body.prompt);
  return { ...readCommon(body), text: prompt, prompt, ...tokensMax(numberIn(body.max_tokens)) };
}

export function tokensMax(max: number | undefined): { tokensMax?: number } {
  return max === undefined || max < 0 ? {} : { tokensMax: max };
}

/** A tool nested under `function`, as chat and Ollama write it. */
export function toolOffered(tool: Json | undefined): { tool?: ToolOffered } {
  const inner = objectIn(objectIn(tool).function);
  const name = stringIn(inner.name);
  return name ? { tool: { name, schema: objectIn(inner.parameters) } } : {};
}

function readCommon(body: JsonObject): Pick<Asked, 'model' | 'wantsStream' | 'wantsUsage' | 'body'> {
  return {
    model: stringIn(body.model),
    wantsStream: body.stream === true,
    wantsUsage: objectIn(body.stream_options).include_usage === true,
    body,
  };
}
