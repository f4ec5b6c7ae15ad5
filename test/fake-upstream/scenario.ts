/**
 * How the fake shall misbehave, as a string: `slow=50!words=20`. It stands behind the first `!` of a model name
 * (`m!slow=50!words=20`), in the header `x-fake-scenario`, or is a server's default. The nearer one wins, knob by knob:
 * model over header over queued over default.
 */
interface KnobFacts {
  /** The value of a knob written without one. */
  readonly bare?: string;
  readonly does: string;
}

/** Every knob there is. A name not listed here is refused loudly: a typo must not become a test that proves nothing. */
export const KNOBS = {
  words: { does: 'answer N plain words instead of echoing the last user text' },
  thoughts: { bare: '5', does: 'N words of reasoning before the answer' },
  signed: {
    bare: 'yes',
    does: 'opaque signatures wherever there is a place; redacted: thinking is only that',
  },
  tools: { bare: '2', does: 'call N of the offered tools (or the same ones again), without being told to' },
  'no-args': { does: 'tool calls have no arguments at all' },
  refusal: { bare: 'model', does: 'model: it says no | filter: half an answer | prompt: not even begun' },
  empty: { does: 'an answer without any content' },
  'ignore-max': { does: "run over the request's max_tokens" },
  cached: { bare: '3', does: 'report N of the input tokens as read from a cache' },
  'cached-now': { bare: '2', does: 'report N of the input tokens as written to a cache' },
  'echo-request': { does: "the answer's text is JSON: bodySha256, method, path and headers of what arrived" },
  slow: { bare: '20', does: 'MS before every chunk' },
  delay: { bare: '200', does: 'MS before the headers' },
  think: { bare: '200', does: 'headers at once, MS until the first chunk' },
  load: { bare: '500', does: 'MS before the headers whenever another model was the last to be asked for' },
  'stall-before-headers': { does: 'never answer' },
  'stall-after': { bare: '1', does: 'N chunks, then silence (with comments=MS: then only comments)' },
  'no-read': { does: 'never read the request body (from header or default only)' },
  cut: { bare: '1', does: 'destroy the socket after N chunks; 0: before any byte' },
  reset: { bare: '1', does: 'as cut, but by RST' },
  'cut-in-head': { does: 'destroy the socket in the middle of the response head' },
  end: { bare: '1', does: 'a clean end of the body after N chunks, without any terminal event' },
  'no-done': { does: 'leave out the terminal event ([DONE], message_stop, done:true, finishReason …)' },
  crlf: { does: 'lines end with CRLF' },
  cr: { does: 'lines end with a lone CR' },
  comments: {
    bare: '0',
    does: 'a keep-alive comment before every event, and every MS milliseconds of a stall',
  },
  bom: { does: 'a byte order mark first' },
  bytes: { bare: '1', does: 'write in pieces of N bytes' },
  'piece-delay': { bare: '10', does: 'MS between the pieces of bytes, split-utf8 or huge-line' },
  'split-utf8': { does: 'umlauts and emoji, every one cut in the middle' },
  'error-in-200': { does: 'status 200, and the first event (or the whole body) is an error' },
  'error-mid': { bare: '2', does: 'an error event after N events, then the end' },
  'error-field': { bare: '1', does: 'as error-mid, in the SSE field `error:` as llama.cpp once did' },
  'json-instead-of-stream': { does: 'a whole answer although a stream was asked for' },
  'sse-instead-of-json': { does: 'a stream although a whole answer was asked for' },
  status: { bare: '500', does: "this status with the dialect's own error envelope" },
  'too-long': {
    bare: 'yes',
    does: "refuse the prompt as too long in the provider's own words (OpenAI: also =vllm, =llama.cpp)",
  },
  only: {
    does: 'NAMES of operations, with commas: every other one answers 404, as where there is no such path',
  },
  message: { does: 'the words of that error (`+` for a blank)' },
  'retry-after': { bare: '1', does: 'a Retry-After header, sent as given' },
  location: { does: 'a Location header, for status=302' },
  times: {
    bare: '1',
    does: 'only the first N requests with this model and scenario misbehave; those after it get the plain answer',
  },
  html: { does: 'a page of HTML (with 200, or with status)' },
  'garbage-json': { does: 'a body, or a third event, that is no JSON' },
  'truncated-json': { does: 'a body, or a third event, of which the second half is missing' },
  'usage-lies': { bare: 'negative', does: 'negative | huge | missing | twice | zero | text | fraction' },
  'usage-on-last-chunk': { does: 'OpenAI chat: usage on the chunk with the finish_reason, unasked' },
  'huge-line': { bare: '1', does: 'one event of N MB on one line' },
  flood: { bare: '10', does: 'N MB of content as fast as the peer takes it' },
  'no-content-type': { does: 'leave out the content-type' },
  'content-type': { does: 'this content-type instead of the right one' },
  'wrong-length': { bare: '10', does: 'a content-length N too large (or, negative, too small)' },
  'close-no-length': { does: 'neither length nor chunks: the body ends with the connection' },
  everywhere: { does: "a server's default holds for its look-ups (GET) too, not for work alone" },
  loading: {
    bare: '0',
    does: '503 "Loading model" as llama-server says it; with MS only so long after the first request',
  },
} as const satisfies Record<string, KnobFacts>;

export type Knob = keyof typeof KNOBS;

export class UnknownKnob extends Error {}

export class Scenario {
  readonly #values: ReadonlyMap<Knob, string>;

  constructor(values: ReadonlyMap<Knob, string> = new Map()) {
    this.#values = values;
  }

  has(knob: Knob): boolean {
    return this.#values.has(knob);
  }

  text(knob: Knob): string | undefined {
    return this.#values.get(knob);
  }

  number(knob: Knob): number | undefined {
    const text = this.#values.get(knob);
    return text === undefined ? undefined : Number(text);
  }

  without(knob: Knob): Scenario {
    return new Scenario(new Map([...this.#values].filter(([name]) => name !== knob)));
  }

  only(...knobs: readonly Knob[]): Scenario {
    return new Scenario(new Map([...this.#values].filter(([name]) => knobs.includes(name))));
  }

  /** This scenario with the other's knobs laid over it. */
  under(nearer: Scenario): Scenario {
    return new Scenario(new Map([...this.#values, ...nearer.#values]));
  }

  toString(): string {
    return [...this.#values].map(([knob, value]) => (value === '' ? knob : `${knob}=${value}`)).join('!');
  }
}

/** Knobs separated by `!`, `;` or blanks. */
export function readScenario(text: string): Scenario {
  const values = new Map<Knob, string>();
  for (const part of text.split(/[!;\s]+/).filter(Boolean)) {
    const [name = '', ...rest] = part.split('=');
    if (!isKnob(name))
      throw new UnknownKnob(`no scenario "${name}"; known: ${Object.keys(KNOBS).join(', ')}`);
    const facts: KnobFacts = KNOBS[name];
    values.set(name, rest.length > 0 ? rest.join('=') : (facts.bare ?? ''));
  }
  return new Scenario(values);
}

/** `m!slow=50` is model `m` in the scenario `slow=50`. A tag behind the scenario (`m!slow=50:latest`) is none of it. */
export function scenarioOfModel(model: string): Scenario {
  const mark = model.indexOf('!');
  return readScenario(mark < 0 ? '' : model.slice(mark + 1).replace(/:latest$/, ''));
}

function isKnob(name: string): name is Knob {
  return Object.hasOwn(KNOBS, name);
}
