/** One answer, ready to be delivered: which body, which status, which headers, under this scenario. */
import type { Asked } from './asked-and-said.ts';
import type { Delivery } from './deliver.ts';
import { CONTENT_TYPE, comment, type Dressing, dress } from './frames.ts';
import { HUGE_TEXT } from './huge-text.ts';
import { failureMessage, misbehave, misbehaveWhole } from './misbehave.ts';
import { type Arrived, type GeneratedAnswer, type House, type Operation, PlainBody } from './operation.ts';
import type { Scenario } from './scenario.ts';
import { type Circumstances, countWords, say } from './speech.ts';

const PAGE =
  '<!DOCTYPE html><html><body><h1>Welcome to the hotel</h1><script>alert(1)</script></body></html>';
const CONTEXT_TOKENS = 8192;
/** A whole answer is one chunk, unless something shall happen between its parts. */
const PARTS_OF_A_WHOLE = 8;
const IN_PARTS = ['slow', 'cut', 'reset', 'end', 'stall-after'] as const;

export function compose(
  operation: Operation,
  arrived: Arrived,
  circumstances: Circumstances,
  house: House,
): Delivery {
  const { scenario } = circumstances;
  if (scenario.has('html'))
    return wholeDelivery(PAGE, 'text/html', scenario, scenario.number('status') ?? 200);
  if (scenario.has('loading')) return loadingDelivery(operation, scenario);
  if (scenario.has('status') && !isErrorInside(scenario)) return failureDelivery(operation, scenario);
  if (scenario.has('too-long')) return tooLongDelivery(operation, arrived, scenario);
  if (operation.answer.kind === 'generated')
    return generated(operation, operation.answer, arrived, circumstances);
  const body = operation.answer.whole(arrived, house);
  if (body instanceof PlainBody) return bytesDelivery(body, scenario);
  return wholeDelivery(
    misbehaveWhole(JSON.stringify(body), scenario, operation.failure),
    'application/json',
    scenario,
  );
}

export function failureDelivery(operation: Operation, scenario: Scenario): Delivery {
  const status = scenario.number('status') ?? 500;
  const body = JSON.stringify(operation.failure.envelope(status, failureMessage(scenario)));
  return wholeDelivery(body, 'application/json', scenario, status);
}

/** So many tokens more than fit as the prompt has words: the numbers in the message differ, as they do in life. */
function tooLongDelivery(operation: Operation, arrived: Arrived, scenario: Scenario): Delivery {
  const { answer, failure } = operation;
  const prompt = answer.kind === 'generated' ? answer.read(arrived).prompt : JSON.stringify(arrived.body);
  const length = { tokens: CONTEXT_TOKENS + countWords(prompt), tokensMax: CONTEXT_TOKENS };
  const body =
    failure.tooLong?.(length, scenario.text('too-long') ?? '') ??
    failure.envelope(400, 'the prompt is too long');
  return wholeDelivery(JSON.stringify(body), 'application/json', scenario, 400);
}

function loadingDelivery(operation: Operation, scenario: Scenario): Delivery {
  const isOpenai = !/^(anthropic|gemini|ollama|cohere)/.test(operation.name);
  const llamaServer = { error: { message: 'Loading model', type: 'unavailable_error', code: 503 } };
  const body = isOpenai ? llamaServer : operation.failure.envelope(503, 'Loading model');
  return wholeDelivery(JSON.stringify(body), 'application/json', scenario, 503);
}

function generated(
  operation: Operation,
  answer: GeneratedAnswer,
  arrived: Arrived,
  circumstances: Circumstances,
): Delivery {
  const { scenario } = circumstances;
  const asked = answer.read(arrived);
  const said = say(asked, circumstances);
  if (said.refusal?.by === 'prompt' && operation.failure.refusedPrompt)
    return wholeDelivery(
      JSON.stringify(operation.failure.refusedPrompt()),
      'application/json',
      scenario,
      400,
    );
  if (!wantsStream(asked, scenario)) {
    const text = misbehaveWhole(JSON.stringify(answer.whole(said, asked)), scenario, operation.failure);
    return wholeDelivery(text, 'application/json', scenario);
  }
  const { framing, frames } = answer.stream(said, asked);
  const dressing: Dressing = {
    framing,
    lineEnd: lineEndIn(scenario, framing),
    hasComments: scenario.has('comments'),
  };
  return {
    status: 200,
    headers: headersFor(CONTENT_TYPE[framing], scenario),
    chunks: dress(misbehave(frames, scenario, operation.failure), dressing),
    comment: comment(dressing),
  };
}

function wantsStream(asked: Asked, scenario: Scenario): boolean {
  if (scenario.has('json-instead-of-stream')) return false;
  return asked.wantsStream || scenario.has('sse-instead-of-json');
}

function isErrorInside(scenario: Scenario): boolean {
  return scenario.has('error-in-200') || scenario.has('error-mid') || scenario.has('error-field');
}

function wholeDelivery(text: string, contentType: string, scenario: Scenario, status = 200): Delivery {
  const headers = headersFor(contentType, scenario);
  const length = lengthHeader(text, scenario);
  return {
    status,
    headers: { ...headers, ...length },
    chunks: IN_PARTS.some((knob) => scenario.has(knob)) ? inParts(Buffer.from(text)) : [text],
    comment: ' ',
  };
}

function bytesDelivery({ contentType, bytes, status }: PlainBody, scenario: Scenario): Delivery {
  const headers = {
    ...(scenario.has('no-content-type') ? {} : { 'content-type': contentType }),
    'content-length': `${bytes.length}`,
  };
  const isInParts = IN_PARTS.some((knob) => scenario.has(knob));
  return { status, headers, chunks: isInParts ? inParts(bytes) : [bytes], comment: '' };
}

/** The true length, unless the scenario is about having none or a false one. */
function lengthHeader(text: string, scenario: Scenario): Record<string, string> {
  if (scenario.has('end') || scenario.has('close-no-length')) return {};
  const hugeBytes = text.includes(HUGE_TEXT)
    ? (scenario.number('huge-line') ?? 0) * 1024 * 1024 - HUGE_TEXT.length
    : 0;
  const bomBytes = scenario.has('bom') ? 3 : 0;
  const truth = Buffer.byteLength(text) + hugeBytes + bomBytes;
  return { 'content-length': `${truth + (scenario.number('wrong-length') ?? 0)}` };
}

function headersFor(contentType: string, scenario: Scenario): Record<string, string> {
  const retryAfter = scenario.text('retry-after');
  const location = scenario.text('location');
  return {
    ...(scenario.has('no-content-type')
      ? {}
      : { 'content-type': scenario.text('content-type') ?? contentType }),
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter.replaceAll('+', ' ') }),
    ...(location === undefined ? {} : { location }),
    ...(scenario.has('wrong-length') ? { connection: 'close' } : {}),
  };
}

/** A lone CR ends lines in SSE alone. */
function lineEndIn(scenario: Scenario, framing: Dressing['framing']): Dressing['lineEnd'] {
  if (scenario.has('crlf')) return '\r\n';
  return scenario.has('cr') && framing === 'sse' ? '\r' : '\n';
}

function inParts(bytes: Buffer): Buffer[] {
  const size = Math.max(1, Math.ceil(bytes.length / PARTS_OF_A_WHOLE));
  const parts = Array.from({ length: PARTS_OF_A_WHOLE }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  return parts.filter((part) => part.length > 0);
}
