import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { readSeconds, type Usage } from '../../model/usage.ts';
import { readOpenAiUsage } from '../openai-family/usage.ts';

/**
 * Usage of media: tokens, or the seconds of a recording (`{"type": "duration", "seconds": 90}`), which are what is billed
 * and count more than the recording's own `duration`. Who tells seconds alone has counted no tokens.
 */
export function readMediaUsage(value: JsonValue | undefined, duration?: JsonValue): Usage | undefined {
  const tokens = readOpenAiUsage(value);
  const audioSeconds =
    readSeconds(isJsonObject(value) ? value['seconds'] : undefined) ?? readSeconds(duration);
  if (audioSeconds === undefined) return tokens;
  return { inputTokens: 0, outputTokens: 0, ...tokens, audioSeconds };
}
