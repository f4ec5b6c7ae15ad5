/** Clients that want documents put in order: every text of a turn is one. */
import { type JsonObject, listIn, numberIn, objectIn, stringIn } from '../../fake-upstream/json.ts';
import type { Told, ToldError } from '../told.ts';
import type { Turn } from '../wish.ts';
import type { Front } from './front.ts';
import { openAiError } from './openai-error.ts';

const TOP = 2;

export const rankingFronts: readonly Front[] = [
  ranking('jina rerank', 'openai-chat', '/v1/rerank', openAiError),
  ranking('cohere rerank', 'cohere', '/v2/rerank', cohereError),
];

function ranking(name: string, family: Front['family'], path: string, hearError: Front['hearError']): Front {
  return {
    name,
    family,
    ask: ({ turns }, { model }) => ({
      path,
      body: { model, query: 'which', documents: textsOf(turns), top_n: TOP },
    }),
    hearWhole: hearRanking,
    hearError,
  };
}

function textsOf(turns: readonly Turn[]): string[] {
  return turns.map((turn) => (turn.by === 'user' ? turn.text : ''));
}

function hearRanking({ results }: JsonObject, told: Told): void {
  const places = listIn(results).map(objectIn);
  told.ranking = places.map(({ index }) => numberIn(index) ?? -1);
  if (!places.every(({ relevance_score }) => numberIn(relevance_score) !== undefined))
    told.slips.push('a result without a score');
  told.isComplete = places.length > 0;
}

/** `{"message"}`, and nothing else. */
function cohereError({ message }: JsonObject): ToldError | undefined {
  return message === undefined ? undefined : { word: '', code: '', param: '', message: stringIn(message) };
}
