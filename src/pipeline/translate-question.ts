import type { AppConfig } from '../config/config.ts';
import type { Way } from '../decisions/routing/choose-way.ts';
import type { Call, GenerationCall, Message } from '../model/call.ts';
import type { JsonObject } from '../model/json.ts';
import { SpelledWarnings } from '../model/spelled-warnings.ts';
import { spell } from '../model/spelling.ts';
import type { Warnings } from '../model/warnings.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { loadPinsOf } from './load-pins.ts';
import { filesOf, type ReadQuestion } from './read-question.ts';
import { applyShim } from './responses-shim.ts';

/**
 * What the client asks, in nobody's dialect, with what the app and this house add to it. Throws `GatewayError`
 * where it cannot be read, or not without changing what the answer would be.
 */
export function readAsCall(plan: AnswerPlan, question: ReadQuestion, app: AppConfig): Call {
  const { thoughts } = plan;
  const call = readCall(plan, question, app);
  if (call.kind === 'generation')
    return limited(prompted(thoughts.restore(call, app.appId), app), plan, question.body);
  if (call.kind !== 'count') return call;
  // What is counted is what would be sent.
  return { ...call, of: prompted(thoughts.restore({ ...call.of, model: plan.model }, app.appId), app) };
}

/** No longer than it may be: the client is told where it asked for more. */
function limited(call: GenerationCall, plan: AnswerPlan, body: JsonObject): GenerationCall {
  const { outputTokensMax, warnings, exchange } = plan;
  const asked = call.outputTokensMax;
  if (outputTokensMax === undefined || (asked !== undefined && asked <= outputTokensMax)) return call;
  if (asked !== undefined)
    warnings.changed(spell('max_tokens', exchange.dialect.spellings, body), 'lowered_to_limit');
  return { ...call, outputTokensMax };
}

function readCall(plan: AnswerPlan, question: ReadQuestion, app: AppConfig): Call {
  const { exchange, backend, warnings, answers, model } = plan;
  const recall = (id: string) => answers.find(app.appId, id);
  const reading = { address: exchange.address, warnings, recall, files: filesOf(question) };
  const call = { ...exchange.dialect.readCall(question.body, reading), model };
  const shim = exchange.dialect.operation === 'responses' ? backend.config.responsesShim : undefined;
  return shim === undefined ? call : applyShim(call, shim, warnings);
}

/**
 * The same, in as many calls as the backend must be asked: one for each prompt of several, one for as many inputs
 * as it takes at once.
 */
export function readAsCalls(
  plan: AnswerPlan,
  question: ReadQuestion,
  app: AppConfig,
  inputsMax: number | undefined,
): readonly Call[] {
  const bodies = plan.exchange.dialect.splitBody?.(question.body) ?? [question.body];
  const calls = bodies.map((body) => readAsCall(plan, { ...question, body }, app));
  return inputsMax === undefined ? calls : calls.flatMap((call) => inBatches(call, inputsMax));
}

function inBatches(call: Call, inputsMax: number): Call[] {
  if (call.kind !== 'embeddings' || call.inputs.length <= inputsMax) return [call];
  const batches = Math.ceil(call.inputs.length / inputsMax);
  return Array.from({ length: batches }, (_, at) => ({
    ...call,
    inputs: call.inputs.slice(at * inputsMax, (at + 1) * inputsMax),
  }));
}

/** The call as a request of the backend's dialect. Throws `GatewayError` where that cannot be honest. */
export function writeForBackend(
  plan: AnswerPlan,
  { surface }: Way,
  call: Call,
  body: JsonObject,
  app: AppConfig,
): Buffer {
  const { backend, model, isStream } = plan;
  const request = surface.dialect.writeRequest?.(call, {
    isStream,
    warnings: inTheClientsWords(plan, call, body, app),
    quirks: backend.quirks,
    outputTokensMax: plan.outputTokensMax ?? backend.config.models.get(model)?.outputTokensMax,
    loadPins: loadPinsOf(backend, model),
  });
  return Buffer.from(JSON.stringify(request));
}

/** Where what cannot be carried over is told, in the words of the client that sent `body`. */
export function inTheClientsWords(
  { exchange, warnings }: AnswerPlan,
  call: Call,
  body: JsonObject,
  { systemPrompt }: AppConfig,
): Warnings {
  const { spellings } = exchange.dialect;
  const isPrompted = systemPrompt !== undefined && call.kind === 'generation' && call.isRawPrompt !== true;
  return new SpelledWarnings(warnings, { spellings, body, messagesBefore: isPrompted ? 1 : 0 });
}

/** A question without a single message asks for nothing: Ollama's clients load a model that way. */
export function asksNothing(call: Call): boolean {
  return call.kind === 'generation' && call.messages.length === 0;
}

/** The app's own prompt stands before everything the client says; a text completion has no other place for it than the text. */
export function prompted(call: GenerationCall, { systemPrompt }: AppConfig): GenerationCall {
  if (!systemPrompt || call.messages.length === 0) return call;
  const text = { type: 'text', text: systemPrompt } as const;
  const [first, ...others] = call.messages;
  if (call.isRawPrompt === true && first !== undefined) {
    const opening: Message = { ...first, parts: [{ ...text, text: `${systemPrompt}\n\n` }, ...first.parts] };
    return { ...call, messages: [opening, ...others] };
  }
  return { ...call, messages: [{ role: 'system', parts: [text] }, ...call.messages] };
}
