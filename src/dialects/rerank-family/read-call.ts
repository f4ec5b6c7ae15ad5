import type { Asked, RerankCall } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { readModel } from '../openai-family/asked-fields.ts';
import { membersBut } from '../openai-family/call-fields.ts';
import { missing, readBoolean, readCount, wrongType } from '../openai-family/request-fields.ts';

/** What routing and policy need of a rerank. There are no streams of rankings. */
export function readAsked(body: JsonObject, address: Address): Asked {
  return {
    operation: 'rerank',
    model: readModel(body, address),
    isStream: false,
    wantsStreamUsage: false,
    outputTokensMax: undefined,
    choices: 1,
    sessionKey: undefined,
  };
}

/** A rerank as a call. `returnsDocuments`: what this dialect does where the client does not say. */
export function readRerank(body: JsonObject, address: Address, returnsDocuments: boolean): RerankCall {
  const told = body['return_documents'];
  return {
    kind: 'rerank',
    model: readAsked(body, address).model ?? '',
    query: readQuery(body['query']),
    documents: readDocuments(body['documents']),
    top: readCount(body, 'top_n', 1),
    returnsDocuments:
      told === undefined || told === null ? returnsDocuments : readBoolean(body, 'return_documents'),
    documentTokensMax: readCount(body, 'max_tokens_per_doc', 1),
    extra: membersBut(body, placed),
  };
}

const placed = new Set([
  'model',
  'query',
  'documents',
  'top_n',
  'return_documents',
  'max_tokens_per_doc',
  'user',
]);

function readQuery(query: JsonValue | undefined): string | JsonObject {
  if (query === undefined || query === null) throw missing('query');
  if (typeof query === 'string' || isJsonObject(query)) return query;
  throw wrongType('query', 'a string');
}

/** A text, or an object with one. */
function readDocuments(documents: JsonValue | undefined): readonly (string | JsonObject)[] {
  if (documents === undefined || documents === null) throw missing('documents');
  if (!Array.isArray(documents) || documents.length === 0)
    throw wrongType('documents', 'an array that is not empty');
  return documents.map((one: JsonValue, at: number) => {
    if (typeof one === 'string' || isJsonObject(one)) return one;
    throw wrongType(`documents[${at}]`, 'a string, or an object with a "text"');
  });
}
