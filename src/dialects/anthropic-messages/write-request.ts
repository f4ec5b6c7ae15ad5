import type { Call, GenerationCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { traitsOf } from '../anthropic-family/model-traits.ts';
import { writeQuestion } from '../anthropic-family/write-question.ts';
import type { Writing } from '../dialect.ts';
import { writeTokensMax } from './tokens-max.ts';
import { warnOfMissing } from './unsupported-members.ts';
import { writeServiceTier, writeUser } from './write-book-keeping.ts';
import { writeSampling } from './write-sampling.ts';

/** A call as the body of `/v1/messages`. The same call gives the same bytes, so that prompt caches hold. */
export function writeRequest(call: Call, writing: Writing): JsonObject {
  if (call.kind !== 'generation') {
    throw new GatewayError(
      'operation_not_supported',
      `Anthropic's messages cannot carry a call for ${call.kind}.`,
    );
  }
  const traits = traitsOf(call.model);
  const tokensMax = writeTokensMax(call, traits, writing);
  const { wire, isThinking } = writeQuestion(call, traits, tokensMax, writing);
  warnOfMissing(call, writing.warnings);
  return {
    model: call.model,
    max_tokens: tokensMax,
    ...writeSampling(call, traits, isThinking, writing.warnings),
    ...writeStop(call, writing.warnings),
    ...writeUser(call),
    ...writeServiceTier(call),
    ...wire,
    ...(writing.isStream && { stream: true }),
  };
}

/** A stop text of nothing but space is refused. */
function writeStop(call: GenerationCall, warnings: Warnings): JsonObject {
  const texts = call.stop.filter((text) => text.trim() !== '');
  if (texts.length < call.stop.length) warnings.dropped('stop', 'nothing_but_space');
  return texts.length === 0 ? {} : { stop_sequences: texts };
}
