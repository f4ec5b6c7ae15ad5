import type { Call } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';
import { rerankOnly } from '../rerank-family/rerank-only.ts';

/** A rerank as a request of Jina's. */
export function writeRequest(call: Call, { warnings }: Writing): JsonObject {
  const { model, query, documents, top, returnsDocuments, documentTokensMax, extra } = rerankOnly(call);
  if (documentTokensMax !== undefined) warnings.dropped('max_tokens_per_doc');
  for (const name of Object.keys(extra)) warnings.dropped(name);
  return withoutUndefined({ model, query, documents, top_n: top, return_documents: returnsDocuments });
}
