import { arrayMember, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Address, Dialect, WholeHeard } from '../dialect.ts';
import { readOpenAiError, writeOpenAiError } from '../openai-family/error-envelope.ts';
import { planModelEdits } from '../openai-family/model-edits.ts';
import { readOpenAiUsage } from '../openai-family/usage.ts';
import { askedOf } from '../openai-media-family/asked.ts';
import { openAiRoutes } from '../openai-media-family/routes.ts';
import { passingOnly } from '../passing-family/passing-only.ts';

/** OpenAI's moderations (protocols 2.10). What is harmful, and by how much, is between client and backend. */
export const openAiModerations: Dialect = {
  name: 'openai-moderations',
  operation: 'moderations',
  ...passingOnly,
  routes: openAiRoutes('/moderations'),
  readAsked: (body: JsonObject, address: Address) =>
    askedOf('moderations', body, address, { isStream: false }),
  planEdits: planModelEdits,
  hearWhole,
  writeError: writeOpenAiError,
};

/** Nothing is written, and who bills for reading tells it: no usage is none, and not one nobody knows. */
function hearWhole(answer: JsonValue): WholeHeard {
  const body = isJsonObject(answer) ? answer : {};
  const isJudged = arrayMember(body, 'results') !== undefined;
  return {
    usage: readOpenAiUsage(body['usage']) ?? { inputTokens: 0, outputTokens: 0 },
    error: readOpenAiError(body) ?? (isJudged ? undefined : withoutJudgement),
  };
}

const withoutJudgement = {
  message: 'the backend answered a moderation without results',
  code: 'upstream_bad_response',
};
