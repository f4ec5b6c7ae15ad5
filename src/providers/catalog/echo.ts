import type {
  Call,
  EmbeddingsCall,
  GenerationCall,
  ImagesCall,
  Message,
  RerankCall,
} from '../../model/call.ts';
import type { CallEvent } from '../../model/call-event.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { stringMember } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { Warnings } from '../../model/warnings.ts';
import { defineProvider, type InHouseOptions, openAi, others, type TimedEvent } from '../provider.ts';
import { SeededNumbers } from '../seeded-numbers.ts';
import { solidPng } from '../solid-png.ts';

/**
 * The provider without a backend: it says what it was told, so that keys, policy and clients can be tried
 * before any model runs (rows 002-4, 002-9). Quirks of the configuration change it:
 *
 * - `word_delay_ms`: the pause between the words of a streamed answer; 0 = none.
 * - `usage: characters`: count what 002 counted, the characters of the answer and nothing of the question;
 * - `body_metrics: true`: timings in the body of a whole answer, which the pipeline adds (row 002-12).
 */
export default defineProvider({
  name: 'echo',
  aliases: ['local'],
  title: 'Echo (answers with your own words)',
  modelsPath: undefined,
  probe: undefined,
  surfaces: [...Object.values(openAi), others.rerank],
  inHouse: { models: ['echo'], answer },
});

function answer(call: Call, options: InHouseOptions): Iterable<TimedEvent> {
  switch (call.kind) {
    case 'generation':
      return echo(call, options);
    case 'embeddings':
      return atOnce([start(call, options), ...embed(call)], usageOfInputs(call));
    case 'images':
      return atOnce([start(call, options), ...paint(call, options.warnings)], estimate(call.prompt, ''));
    case 'image-change':
      throw noPainter();
    case 'rerank':
      return atOnce([start(call, options), ...rank(call)], estimate(textsOf(call).join(' '), ''));
    case 'count':
      return atOnce([start(call, options)], estimate(textOfAll(call.of), ''));
  }
}

function noPainter(): GatewayError {
  return new GatewayError('operation_not_supported', 'Nothing here can change a picture.');
}

function start(call: Call, options: InHouseOptions): CallEvent {
  return { type: 'answer-start', model: call.model, createdS: options.createdS };
}

// Words

const WORD_DELAY_MS = 50;
const CHOICES_MAX = 128;

function echo(call: GenerationCall, options: InHouseOptions): Iterable<TimedEvent> {
  if (call.choices > CHOICES_MAX) throw tooLarge('n', CHOICES_MAX);
  tellUndone(call, options.warnings);
  return echoWords(call, options);
}

/** No model is there to keep to a schema, to use a tool or to have been unsure; who relies on that must know. */
function tellUndone(call: GenerationCall, warnings: Warnings): void {
  const format = call.responseFormat?.type ?? 'text';
  const choice = call.toolChoice?.mode;
  if (format !== 'text') warnings.dropped('response_format');
  if (call.logprobs !== undefined) warnings.dropped('logprobs');
  if (choice === 'required' || choice === 'tool') warnings.dropped('tool_choice');
  if (call.suffix !== undefined) warnings.dropped('suffix');
}

function* echoWords(call: GenerationCall, options: InHouseOptions): Iterable<TimedEvent> {
  const whole = `Echo: ${lastQuestion(call.messages)}`;
  const text = within(whole, call.outputTokensMax, options);
  const reason = text === whole ? 'stop' : 'length';
  const pieces = options.isStream ? (text.match(/\s*\S+|\s+$/g) ?? [text]) : [text];
  const choices = Array.from({ length: call.choices }, (_, choice) => choice);
  yield { event: start(call, options), waitMs: 0 };
  for (const [place, piece] of pieces.entries()) {
    for (const choice of choices) {
      const isPause = place > 0 && choice === 0;
      yield {
        event: { type: 'text-delta', choice, text: piece },
        waitMs: isPause ? wordDelayMs(options) : 0,
      };
    }
  }
  yield { event: { type: 'usage', usage: countUsage(call, text, options) }, waitMs: 0 };
  for (const choice of choices) yield { event: { type: 'choice-end', choice, reason }, waitMs: 0 };
  yield { event: { type: 'answer-end' }, waitMs: 0 };
}

function lastQuestion(messages: readonly Message[]): string {
  const question = messages.findLast((message) => message.role === 'user');
  return question === undefined ? '' : textOf(question);
}

function textOf(message: Message): string {
  return message.parts.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n');
}

function textOfAll(call: GenerationCall): string {
  return call.messages.map(textOf).join('\n');
}

function wordDelayMs(options: InHouseOptions): number {
  const delayMs = options.quirks['word_delay_ms'];
  return typeof delayMs === 'number' && delayMs >= 0 ? delayMs : WORD_DELAY_MS;
}

// Counting

function countUsage(call: GenerationCall, text: string, options: InHouseOptions): Usage {
  if (options.quirks['usage'] === 'characters') {
    return { inputTokens: 0, outputTokens: characters(text) * call.choices };
  }
  const { inputTokens, outputTokens } = estimate(textOfAll(call), text);
  return { inputTokens, outputTokens: outputTokens * call.choices };
}

/** As a person counts them, and as 002 did: "é" and "😀" are one each. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function estimate(question: string, reply: string): Usage {
  return { inputTokens: tokensIn(question), outputTokens: tokensIn(reply) };
}

/** No more of a text than comes to so many tokens, as they are counted here; no character is cut in two. */
function within(text: string, tokensMax: number | undefined, { quirks }: InHouseOptions): string {
  if (tokensMax === undefined) return text;
  const isByCharacter = quirks['usage'] === 'characters';
  let room = isByCharacter ? tokensMax : tokensMax * BYTES_PER_TOKEN;
  let end = 0;
  for (const character of text) {
    room -= isByCharacter ? 1 : Buffer.byteLength(character);
    if (room < 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

const BYTES_PER_TOKEN = 4;

/** Some four bytes to a token: near enough for an answer no model wrote. */
function tokensIn(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

// Ranking

/** The more of the query's words are in a document, the better it is. */
function rank({ query, documents, top }: RerankCall): CallEvent[] {
  const wanted = new Set(wordsIn(wording(query)));
  return documents
    .map((document, index) => ({ index, score: share(wordsIn(wording(document)), wanted) }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, top)
    .map(({ index, score }): CallEvent => ({ type: 'ranking', index, score }));
}

function share(words: readonly string[], wanted: ReadonlySet<string>): number {
  const found = new Set(words.filter((word) => wanted.has(word)));
  return wanted.size === 0 ? 0 : found.size / wanted.size;
}

function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function wording(text: RerankCall['query']): string {
  return typeof text === 'string' ? text : (stringMember(text, 'text') ?? '');
}

function textsOf({ query, documents }: RerankCall): readonly string[] {
  return [query, ...documents].map(wording);
}

// Vectors

const DIMENSIONS = 8;
const DIMENSIONS_MAX = 4096;

function embed(call: EmbeddingsCall): CallEvent[] {
  const dimensions = call.dimensions ?? DIMENSIONS;
  if (dimensions > DIMENSIONS_MAX) throw tooLarge('dimensions', DIMENSIONS_MAX);
  return call.inputs.map((input, index) => ({
    type: 'embedding',
    index,
    vector: unitVector(keyOf(input), dimensions),
  }));
}

/** Of length 1, as real ones are; in single precision, so that it is the same in every encoding. */
function unitVector(text: string, dimensions: number): number[] {
  const numbers = new SeededNumbers(text);
  const raw = Array.from({ length: dimensions }, () => numbers.next() - 0.5);
  const length = Math.hypot(...raw) || 1;
  return raw.map((value) => Math.fround(value / length));
}

function keyOf(input: EmbeddingsCall['inputs'][number]): string {
  return typeof input === 'string' ? input : `tokens ${input.join(' ')}`;
}

function usageOfInputs(call: EmbeddingsCall): Usage {
  const tokens = call.inputs.map((input) => (typeof input === 'string' ? tokensIn(input) : input.length));
  return { inputTokens: tokens.reduce((sum, count) => sum + count, 0), outputTokens: 0 };
}

// Pictures

const SIDE = 256;
const SIDE_MAX = 1024;

/** Every picture of a request has a colour of its own. A side above the largest is cut to it, and that is told. */
function paint({ size, count, prompt, extra = {} }: ImagesCall, warnings: Warnings): CallEvent[] {
  for (const name of Object.keys(extra)) warnings.dropped(name);
  const width = Math.min(size?.width ?? SIDE, SIDE_MAX);
  const height = Math.min(size?.height ?? SIDE, SIDE_MAX);
  if (size !== undefined && (width < size.width || height < size.height)) {
    warnings.changed('size', 'largest_there_is');
  }
  return Array.from({ length: count }, (_, index) => {
    const png = solidPng(width, height, colourOf(`${prompt} ${index}`));
    return { type: 'image', index, base64: png.toString('base64'), mediaType: 'image/png' };
  });
}

function colourOf(text: string) {
  const numbers = new SeededNumbers(text);
  const level = () => Math.floor(numbers.next() * 256);
  return { red: level(), green: level(), blue: level() };
}

function atOnce(content: readonly CallEvent[], usage: Usage): TimedEvent[] {
  const events: CallEvent[] = [
    ...content,
    { type: 'usage', usage },
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'answer-end' },
  ];
  return events.map((event) => ({ event, waitMs: 0 }));
}

/** This house pays for every byte of the answer itself, so what is asked of it has a limit. */
function tooLarge(param: string, max: number): GatewayError {
  return new GatewayError('invalid_request', `"${param}" must be at most ${max} here.`, { param });
}
