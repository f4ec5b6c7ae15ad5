import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';

const STOP_TEXTS_MAX = 5;

/** Where the answer ends, at the latest. */
export function writeLimits(call: GenerationCall, writing: Writing): JsonObject {
  return { max_tokens: writeTokensMax(call, writing), stop_sequences: writeStop(call, writing) };
}

function writeTokensMax({ outputTokensMax }: GenerationCall, writing: Writing): number | undefined {
  const most = writing.outputTokensMax;
  if (outputTokensMax === undefined || most === undefined || outputTokensMax <= most) return outputTokensMax;
  writing.warnings.changed('max_tokens', 'limit_of_model');
  return most;
}

function writeStop({ stop }: GenerationCall, { warnings }: Writing): readonly string[] | undefined {
  if (stop.length > STOP_TEXTS_MAX) {
    warnings.refuse('stop', `The backend takes at most ${STOP_TEXTS_MAX} stop texts; send fewer.`);
  }
  return stop.length === 0 ? undefined : stop.slice(0, STOP_TEXTS_MAX);
}
