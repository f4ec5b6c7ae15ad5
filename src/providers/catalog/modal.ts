import type { Call, GenerationCall, Message } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { type Answer, mustSucceed, post } from '../driver.ts';
import { type Job, type JobSetting, tell } from '../job.ts';
import { defineProvider } from '../provider.ts';

/**
 * A function at Modal that completes a text, as simple-ai-gateway called them (row 002-5): one text goes in, one comes
 * out, and that is all it knows. Functions of the older kind want the question in the query, and say so with 405 or
 * 422. It lists nothing, and asking how it is would wake it, which costs money; when it fails, clients are told that it
 * may not have been up yet. Servers at Modal that speak OpenAI's dialect are `openai-compatible`.
 */
export default defineProvider({
  name: 'modal',
  title: 'Modal function',
  basePath: (configured) => configured.replace(/\/completion$/, ''),
  surfaces: [],
  startsCold: true,
  modelsPath: undefined,
  probe: undefined,
  jobs: { kinds: ['generation'], operations: ['chat'], answer },
});

function* answer(call: Call, { createdS, warnings }: JobSetting): Job {
  if (call.kind !== 'generation') throw new TypeError('a function that completes texts');
  tellUndone(call, warnings);
  const question = { prompt: promptOf(call, warnings), stream: false };
  let said: Answer = yield post('/completion', question);
  if (said.status === 405 || said.status === 422)
    said = yield post(`/completion?request=${encodeURIComponent(JSON.stringify(question))}`);
  const text = textIn(mustSucceed(said));
  yield tell({ type: 'answer-start', model: call.model, createdS });
  yield tell({ type: 'text-delta', choice: 0, text });
  yield tell({ type: 'choice-end', choice: 0, reason: 'stop' });
  yield tell({ type: 'answer-end' });
}

/** What would only nudge the text is dropped; what it would be another answer without is refused. */
function tellUndone(call: GenerationCall, warnings: Warnings): void {
  const refused = (param: string) =>
    warnings.refuse(param, `The backend knows nothing but a text to complete; leave out "${param}".`);
  if (call.tools.length > 0) refused('tools');
  if (call.choices > 1) refused('n');
  if (call.logprobs !== undefined) refused('logprobs');
  if (call.suffix !== undefined) refused('suffix');
  if ((call.responseFormat?.type ?? 'text') !== 'text') refused('response_format');
  if (call.stop.length > 0) warnings.dropped('stop');
  for (const [param, value] of Object.entries(nudges(call))) if (value !== undefined) warnings.dropped(param);
  for (const name of Object.keys(call.extra)) warnings.dropped(name);
}

function nudges(call: GenerationCall): Readonly<Record<string, unknown>> {
  return {
    max_tokens: call.outputTokensMax,
    temperature: call.temperature,
    top_p: call.topP,
    top_k: call.topK,
    min_p: call.minP,
    seed: call.seed,
    frequency_penalty: call.frequencyPenalty,
    presence_penalty: call.presencePenalty,
    reasoning_effort: call.reasoning,
    verbosity: call.verbosity,
  };
}

const ROLES = { system: 'System', user: 'User', assistant: 'Assistant', tool: 'User' } as const;

/** A talk as one text, with the answer's place at its end; a text to complete as it is. */
function promptOf({ messages, isRawPrompt }: GenerationCall, warnings: Warnings): string {
  const texts = messages.map((message, at) => textOf(message, at, warnings));
  if (isRawPrompt === true) return texts.join('\n');
  const lines = messages.map(({ role }, at) => `${ROLES[role]}: ${texts[at]}`);
  return [...lines, 'Assistant:'].join('\n');
}

function textOf({ parts }: Message, at: number, warnings: Warnings): string {
  return parts
    .flatMap((part, place) => {
      if (part.type === 'text' || part.type === 'refusal') return part.text;
      const param = `messages[${at}].content[${place}]`;
      // Thoughts of earlier turns say nothing to another model.
      if (part.type !== 'thinking') warnings.refuse(param, `The backend reads nothing but text (${param}).`);
      return [];
    })
    .join('\n');
}

function textIn({ json }: Answer): string {
  const text = isJsonObject(json) ? (json['content'] ?? messageIn(json)) : undefined;
  if (typeof text === 'string') return text;
  throw new GatewayError('upstream_bad_response', 'The backend answered without a text.');
}

function messageIn({ choices }: JsonObject): JsonValue | undefined {
  const [first] = Array.isArray(choices) ? choices : [];
  const message = isJsonObject(first) ? first['message'] : undefined;
  return isJsonObject(message) ? message['content'] : undefined;
}
