/**
 * POST /v1/rerank as Jina made it, and /v2/rerank as Cohere has it. A document is as relevant as it is long, which a
 * test can work out by itself.
 */
import { type Json, type JsonObject, listIn, numberIn, stringIn, textIn } from '../json.ts';
import { type Arrived, type Operation, PlainBody } from '../operation.ts';
import { countWords } from '../words.ts';
import { cohereFailure } from './cohere-failure.ts';
import { openaiFailure } from './openai-failure.ts';

export const jinaRerank: Operation = {
  name: 'jina-rerank',
  failure: openaiFailure,
  matches: (method, path) => method === 'POST' && path.endsWith('/rerank') && !path.startsWith('/v2/'),
  modelOf: ({ body }) => stringIn(body.model),
  answer: {
    kind: 'plain',
    whole: (arrived) => {
      const total_tokens = tokensIn(arrived);
      const results = ranked(arrived).map(({ text, ...result }) => ({
        ...result,
        ...(arrived.body.return_documents === false ? {} : { document: { text } }),
      }));
      return { model: stringIn(arrived.body.model), object: 'list', usage: { total_tokens }, results };
    },
  },
};

export const cohereRerank: Operation = {
  ...jinaRerank,
  name: 'cohere-rerank',
  failure: cohereFailure,
  matches: (method, path) => method === 'POST' && path === '/v2/rerank',
  answer: { kind: 'plain', whole: rankTexts },
};

function rankTexts(arrived: Arrived): Json | PlainBody {
  const documents = listIn(arrived.body.documents);
  if (arrived.body.return_documents !== undefined || !documents.every((one) => typeof one === 'string'))
    return refusal('invalid request: documents must be strings, and do not come back');
  return {
    id: '07734bd2-fake',
    results: ranked(arrived).map(({ index, relevance_score }) => ({ index, relevance_score })),
    meta: {
      api_version: { version: '2' },
      billed_units: { search_units: Math.ceil(documents.length / 100) },
    },
  };
}

type Ranked = JsonObject & {
  readonly index: number;
  readonly relevance_score: number;
  readonly text: string;
};

function ranked({ body }: Arrived): readonly Ranked[] {
  const texts = listIn(body.documents).map(textIn);
  return texts
    .map((text, index) => ({ index, relevance_score: Math.min(text.length / 100, 1), text }))
    .sort((a, b) => b.relevance_score - a.relevance_score)
    .slice(0, numberIn(body.top_n));
}

function tokensIn({ body }: Arrived): number {
  return [body.query, ...listIn(body.documents)].reduce<number>(
    (sum, one) => sum + countWords(textIn(one)),
    0,
  );
}

function refusal(message: string): PlainBody {
  const body = JSON.stringify(cohereFailure.envelope(400, message));
  return new PlainBody('application/json', Buffer.from(body), 400);
}
