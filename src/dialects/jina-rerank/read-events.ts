import type { JsonObject } from '../../model/json.ts';
import { objectMember } from '../../model/json.ts';
import { readTokenCount, type Usage } from '../../model/usage.ts';
import type { Dialect } from '../dialect.ts';
import { readOpenAiError } from '../openai-family/error-envelope.ts';
import { rankingReader } from '../rerank-family/read-ranking.ts';
import { fromBareList } from './bare-list.ts';

const reader = rankingReader({ readError: readOpenAiError, readUsage });

/** What an answer says about itself. */
export const hearWhole: Dialect['hearWhole'] = (answer) => reader.hearWhole(fromBareList(answer) ?? answer);

/** A whole answer as events. */
export const eventsOfWhole: Dialect['eventsOfWhole'] = (answer, reading) =>
  reader.eventsOfWhole(fromBareList(answer) ?? answer, reading);

/** All is read and nothing written; some tell only the total. */
function readUsage(body: JsonObject): Usage | undefined {
  const usage = objectMember(body, 'usage');
  const inputTokens = readTokenCount(usage?.['total_tokens'] ?? usage?.['prompt_tokens']);
  return inputTokens === undefined ? undefined : { inputTokens, outputTokens: 0 };
}
