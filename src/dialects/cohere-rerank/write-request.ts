import type { Call } from '../../model/call.ts';
import { type JsonObject, stringMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { rerankOnly } from '../rerank-family/rerank-only.ts';

/**
 * A rerank as a request of Cohere's, whose members that are undefined are not sent. Documents are never asked back: the
 * client's own writer has them.
 */
export function writeRequest(call: Call, { warnings }: Writing): JsonObject {
  const { model, query, documents, top, documentTokensMax, extra } = rerankOnly(call);
  for (const name of Object.keys(extra)) warnings.dropped(name);
  return {
    model,
    query: writeText(query, 'query', warnings),
    documents: documents.map((one, at) => writeText(one, `documents[${at}]`, warnings)),
    top_n: top,
    max_tokens_per_doc: documentTokensMax,
  };
}

/** Text alone is compared. What has none cannot be ranked, and a ranking without it would be another one. */
function writeText(value: string | JsonObject, path: string, warnings: Warnings): string {
  if (typeof value === 'string') return value;
  const text = stringMember(value, 'text');
  if (text === undefined) warnings.refuse(path, `The backend compares texts; "${path}" has none.`);
  for (const name of Object.keys(value)) if (name !== 'text') warnings.dropped(`${path}.${name}`);
  return text ?? '';
}
