/** What the fake answers: always the same for the same question. One word is one token. */
import type { Asked, Said, ToolCall, UsageSaid } from './asked-and-said.ts';
import { HUGE_TEXT } from './huge-text.ts';
import { type JsonObject, listIn, objectIn, stringIn } from './json.ts';
import type { Scenario } from './scenario.ts';

const PLAIN_WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const WIDE_WORDS = ['Grüße', '👋🏽', 'aus', 'Köln', '日本語', '👩‍👩‍👧', 'naïve', '𝄞'];
const FLOOD_PIECE = 'x'.repeat(16 * 1024);

export interface Circumstances {
  readonly id: string;
  readonly createdAt: Date;
  readonly scenario: Scenario;
  /** Given in the scenario `echo-request`: the answer's whole text. */
  readonly echoed?: string;
}

export function say(asked: Asked, circumstances: Circumstances): Said {
  const { scenario, id, createdAt } = circumstances;
  const tool = toolCallFor(asked, id);
  const thoughts = plainWords(scenario.number('thoughts') ?? 0, PLAIN_WORDS);
  const wanted = tool ? [] : wantedPieces(asked, circumstances);
  const allowed = scenario.has('ignore-max') ? wanted.length : (asked.tokensMax ?? wanted.length);
  const words = wanted.slice(0, Math.max(0, allowed));
  const finish = tool ? 'tool' : words.length < wanted.length ? 'length' : 'stop';
  const outputTokens = thoughts.length + (tool ? 4 : words.length);
  return {
    id,
    createdAt,
    model: asked.model,
    thoughts,
    pieces: scenario.has('flood') ? flood(scenario.number('flood') ?? 1) : words,
    ...(tool ? { tool } : {}),
    finish,
    usage: usageTold(scenario, countWords(asked.prompt), outputTokens, thoughts.length),
    isUsageOnLastChunk: scenario.has('usage-on-last-chunk'),
  };
}

export function countWords(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

/** A text in words, each with the blank behind it, so that joined they are the text again. */
export function inPieces(text: string): string[] {
  return text.match(/\s*\S+\s*/g) ?? [];
}

function wantedPieces(asked: Asked, { scenario, echoed }: Circumstances): string[] {
  if (echoed !== undefined) return inPieces(echoed);
  if (scenario.has('huge-line')) return [HUGE_TEXT];
  const vocabulary = scenario.has('split-utf8') ? WIDE_WORDS : PLAIN_WORDS;
  const words = scenario.number('words');
  if (words !== undefined) return plainWords(words, vocabulary);
  const echo =
    asked.toolResult === undefined ? `You said: ${asked.text}` : `The tool said: ${asked.toolResult}`;
  return inPieces(scenario.has('split-utf8') ? `${WIDE_WORDS.join(' ')} ${echo}` : echo);
}

function plainWords(count: number, vocabulary: readonly string[]): string[] {
  return Array.from({ length: count }, (_, at) => {
    const word = vocabulary[at % vocabulary.length] ?? '';
    return at < count - 1 ? `${word} ` : word;
  });
}

/** Made while it is read, and as often as it is read. */
function flood(megabytes: number): Iterable<string> {
  const pieces = Math.ceil((megabytes * 1024 * 1024) / FLOOD_PIECE.length);
  return {
    *[Symbol.iterator]() {
      for (let sent = 0; sent < pieces; sent++) yield FLOOD_PIECE;
    },
  };
}

function toolCallFor(asked: Asked, id: string): ToolCall | undefined {
  if (!asked.tool || asked.toolResult !== undefined || !/use tool/i.test(asked.text)) return undefined;
  return { id: `call_${id}`, name: asked.tool.name, args: sampleArguments(asked.tool.schema) };
}

/** One value for each property of the schema, by its type; Gemini writes types in capitals. */
function sampleArguments(schema: JsonObject): JsonObject {
  const properties = Object.entries(objectIn(schema.properties));
  return Object.fromEntries(properties.map(([name, property]) => [name, sampleValue(objectIn(property))]));
}

function sampleValue(schema: JsonObject): string | number | boolean | JsonObject | [] {
  const firstOfEnum = listIn(schema.enum)[0];
  if (typeof firstOfEnum === 'string') return firstOfEnum;
  const samples = {
    number: 1.5,
    integer: 1,
    boolean: true,
    array: [] as [],
    object: sampleArguments(schema),
  };
  const type = stringIn(schema.type).toLowerCase();
  return Object.hasOwn(samples, type) ? samples[type as keyof typeof samples] : 'Köln';
}

function usageTold(
  scenario: Scenario,
  input: number,
  output: number,
  reasoning: number,
): UsageSaid | undefined {
  const cached = Math.min(input, scenario.number('cached') ?? 0);
  const honest = { input, output, total: input + output, cached, reasoning };
  switch (scenario.text('usage-lies')) {
    case 'negative':
      return { ...honest, input: -input, output: -output, total: -input - output };
    case 'huge':
      return { ...honest, input: 1e308, output: 1e308, total: 1e308 };
    case 'zero':
      return { ...honest, input: 0, output: 0, total: 0 };
    case 'fraction':
      return { ...honest, input: input + 0.5, output: output + 0.5, total: input + output + 1 };
    case 'text':
      return { ...honest, input: `${input}`, output: 'many', total: '' };
    case 'missing':
      return undefined;
    default:
      return honest;
  }
}
