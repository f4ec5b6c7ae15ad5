import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { readTokenCount } from '../../model/usage.ts';
import { askedTop } from '../rerank-family/asked-top.ts';

/**
 * SGLang answers with nothing but the list, whose scores are called `score`; older versions heed
 * neither `top_n` nor `return_documents` (python/sglang/srt/entrypoints/openai/serving_rerank.py of sgl-project/sglang). This is
 * the same answer as Jina gives it, in the request's terms. Undefined: it is no such list.
 */
export function fromBareList(answer: JsonValue, request: JsonObject = {}): JsonObject | undefined {
  if (!Array.isArray(answer)) return undefined;
  const { model, return_documents: isWanted, documents } = request;
  const results = answer.slice(0, askedTop(request)).map((item: JsonValue) => {
    const { index, score } = isJsonObject(item) ? item : {};
    const document = Array.isArray(documents) && typeof index === 'number' ? documents[index] : undefined;
    const shown = typeof document === 'string' ? { text: document } : document;
    return withoutAbsent({ index, relevance_score: score, document: isWanted === false ? undefined : shown });
  });
  return withoutAbsent({ object: 'list', model, results, usage: usageOf(answer) });
}

/** What was read for each document; undefined unless all tell. */
function usageOf(items: readonly JsonValue[]): JsonObject | undefined {
  const counts = items.map((item) => {
    const meta = isJsonObject(item) ? item['meta_info'] : undefined;
    return isJsonObject(meta) ? readTokenCount(meta['prompt_tokens']) : undefined;
  });
  if (counts.length === 0 || !counts.every((count) => count !== undefined)) return undefined;
  return { total_tokens: counts.reduce((sum, count) => sum + count, 0) };
}

function withoutAbsent(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as JsonObject;
}
