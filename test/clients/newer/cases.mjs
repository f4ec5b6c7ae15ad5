/**
 * What every client is asked before every back, and what it must have understood. The scripts in this folder run on a
 * newer Node than the tests do, with packages from a cache: `npm run test:clients` copies them there.
 */

/** @typedef {{ text?: string, tools?: { name: string, args: unknown }[], object?: unknown, input?: number, output?: number }} Told */
/** @typedef {{ dialect: string, model: string, hasVectors: boolean, countsTokens: boolean }} Back `countsTokens`: it says how many there were. */
/** @typedef {{ name: string } & Partial<Record<keyof typeof CASES, (question: { model: string, text: string }) => Promise<Told>>>} Client */

export const { GATEWAY_URL = '', GATEWAY_KEY = '', BACKS = '[]' } = process.env;

export const description = 'Looks the weather up.';
export const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

const WORDS = 'Grüße, 世界 👋';
const CALL = { text: 'use tool please' };
export const AGAIN = 'and again';
/** AI SDK's completions put a talk into one prompt. */
const said = (text, words) =>
  text?.replace(/^You said: user:\n(.*)\n\nassistant:\n$/s, 'You said: $1') === `You said: ${words}`;
const called = (told) => expectEqual(told.tools, [{ name: 'look_up', args: { city: 'Köln' } }]);

/**
 * What a back cannot do is refused by name and not faked; a route that is lenient lets it pass (protocols 10.4, 10.5).
 * A refusal in these words is right, and any other answer is a failure as everywhere.
 */
const REFUSED_BY_RULE = [
  { client: /^(ai-sdk|langchain) anthropic$/, back: 'ollama-chat', name: /^object/, words: /tool_choice/ },
  { client: /completion$/, back: 'openai-responses', name: /./, words: /"stop"/ },
];

/** @type {Record<string, { text: string, knobs?: string, check: (told: Told, back: Back) => void }>} */
export const CASES = {
  text: { text: WORDS, check: saidWithUsage },
  stream: { text: WORDS, check: saidWithUsage },
  tool: { ...CALL, check: called },
  toolStream: { ...CALL, check: called },
  /** A second question behind the first answer. */
  talk: { text: WORDS, check: ({ text }) => expectTruth(said(text, AGAIN), `said ${text}`) },
  /** The tool is run, and its result is what the model answers with. */
  loop: { ...CALL, check: heardOfTool },
  /** The same with a model that thinks first, and signs it where that is done. */
  thinkingLoop: { ...CALL, knobs: '!thoughts=2!signed', check: heardOfTool },
  object: { text: 'an object', check: ({ object }) => expectEqual(object, { city: 'Köln' }) },
  objectStream: { text: 'an object', check: ({ object }) => expectEqual(object, { city: 'Köln' }) },
  embed: { text: 'a', check: ({ output }) => expectTruth(Number(output) > 0, 'an empty vector') },
};

/** Asks everything of everyone; one line of JSON each. */
export async function run(clients) {
  for (const client of clients) {
    for (const back of JSON.parse(BACKS)) {
      for (const name of Object.keys(CASES)) {
        const outcome = await outcomeOf(client, back, name);
        if (outcome !== undefined)
          console.log(JSON.stringify({ client: client.name, back: back.dialect, case: name, ...outcome }));
      }
    }
  }
}

/** Undefined where client or back has nothing of the kind. */
async function outcomeOf(client, back, name) {
  const { text, knobs = '', check } = CASES[name];
  const ask = name === 'thinkingLoop' ? client.loop : client[name];
  if (ask === undefined || (name === 'embed' && !back.hasVectors)) return undefined;
  const failure = await failureOf(
    () => ask({ model: back.model + knobs, text }),
    (told) => check(told, back),
  );
  const isRefusal = failure !== undefined && isRule(client.name, back.dialect, name, failure);
  return isRefusal ? { refusal: failure } : { failure };
}

function isRule(client, back, name, failure) {
  return REFUSED_BY_RULE.some(
    (rule) =>
      rule.client.test(client) && rule.back === back && rule.name.test(name) && rule.words.test(failure),
  );
}

async function failureOf(ask, check) {
  try {
    check(await within(20_000, ask()));
    return undefined;
  } catch (error) {
    return `${error?.name ?? 'Error'}: ${error?.message ?? error}`.slice(0, 400);
  }
}

function within(ms, asked) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

function heardOfTool({ text }) {
  expectTruth(/^The tool said: .*sunny/.test(`${text}`), `said ${text}`);
}

function saidWithUsage({ text, input, output }, { countsTokens }) {
  expectTruth(said(text, WORDS), `said ${text}`);
  if (countsTokens) expectTruth(Number(input) > 0 && Number(output) > 0, `usage was ${input}/${output}`);
}

function expectEqual(got, expected) {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
  expectTruth(a === b, `got ${a}, expected ${b}`);
}

function expectTruth(holds, complaint) {
  if (!holds) throw new Error(complaint);
}
