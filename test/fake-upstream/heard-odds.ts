/** For tests: how odds of tokens are asked for in every dialect that can, and what was told of them, in one shape for all. */
import { ASKING, type Question, type Talking, type Wish } from './asking.ts';
import { eventsIn } from './heard.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, parseObject, stringIn } from './json.ts';
import type { Odds } from './odds.ts';

export type TellingOdds = Exclude<Talking, 'anthropic-messages'>;

/** As a client asks for so many alternatives. */
const WISHES: Readonly<Record<TellingOdds, (alternatives: number) => JsonObject>> = {
  'openai-chat': (top_logprobs) => ({ logprobs: true, top_logprobs }),
  'openai-completions': (logprobs) => ({ logprobs }),
  'openai-responses': (top_logprobs) => ({ include: ['message.output_text.logprobs'], top_logprobs }),
  gemini: (logprobs) => ({ generationConfig: { responseLogprobs: true, logprobs } }),
  'ollama-chat': (top_logprobs) => ({ logprobs: true, top_logprobs }),
  'ollama-generate': (top_logprobs) => ({ logprobs: true, top_logprobs }),
};

export const ALL_TELLING_ODDS = Object.keys(WISHES) as TellingOdds[];

export function askOdds(talking: TellingOdds, wish: Wish, alternatives: number): Question {
  const { path, body } = ASKING[talking](wish);
  return { path, body: { ...body, ...WISHES[talking](alternatives) } };
}

/** What an answer told, whole or streamed; of what is told twice in a stream only the first counts. */
export function heardOdds(talking: TellingOdds, text: string, isStream: boolean): Odds[] {
  return (isStream ? eventsIn(text) : [parseObject(text)]).flatMap((piece) => LISTENERS[talking](piece));
}

const LISTENERS: Readonly<Record<TellingOdds, (piece: JsonObject) => Odds[]>> = {
  'openai-chat': ({ choices }) =>
    objects(choices).flatMap(({ logprobs }) => tokens(objectIn(logprobs).content)),
  'openai-completions': ({ choices }) =>
    objects(choices).flatMap(({ logprobs }) => columns(objectIn(logprobs))),
  'openai-responses': response,
  gemini: ({ candidates }) =>
    objects(candidates).flatMap(({ logprobsResult }) => chosen(objectIn(logprobsResult))),
  'ollama-chat': ({ logprobs }) => tokens(logprobs),
  'ollama-generate': ({ logprobs }) => tokens(logprobs),
};

/** A delta of a stream, or a whole response; the last events of a stream are neither. */
function response({ type, logprobs, output }: JsonObject): Odds[] {
  if (type === 'response.output_text.delta') return tokens(logprobs);
  const parts = objects(output).flatMap(({ content }) => objects(content));
  return parts.flatMap((part) => tokens(part.logprobs));
}

function tokens(list: Json | undefined): Odds[] {
  return objects(list).map((one) => ({ ...likely(one), likeliest: objects(one.top_logprobs).map(likely) }));
}

function columns({ tokens: texts, token_logprobs, top_logprobs }: JsonObject): Odds[] {
  return listIn(texts).map((token, at) => {
    const top = Object.entries(objectIn(listIn(top_logprobs)[at]));
    const likeliest = top.map(([text, logprob]) => likely({ token: text, logprob }));
    return { ...likely({ token, logprob: listIn(token_logprobs)[at] }), likeliest };
  });
}

function chosen({ chosenCandidates, topCandidates }: JsonObject): Odds[] {
  return objects(chosenCandidates).map((one, at) => ({
    ...likely(one),
    likeliest: objects(objectIn(listIn(topCandidates)[at]).candidates).map(likely),
  }));
}

function likely({ token, logprob, logProbability }: JsonObject): Pick<Odds, 'token' | 'logprob'> {
  return { token: stringIn(token), logprob: numberIn(logprob ?? logProbability) ?? Number.NaN };
}

function objects(list: Json | undefined): JsonObject[] {
  return listIn(list).map(objectIn);
}
