import type { GenerationCall } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { ModelTraits } from '../anthropic-family/model-traits.ts';

export type WireSampling = { temperature?: number; top_p?: number; top_k?: number };

/** Below this, `top_p` narrows the choice; at or above it is as good as absent (protocols 11). */
const TOP_P_ALL = 0.99;

/** Temperature and its kin, as far as the model hears of them: newer ones answer 400 (protocols T27). */
export function writeSampling(
  call: GenerationCall,
  traits: ModelTraits,
  isThinking: boolean,
  warnings: Warnings,
): WireSampling {
  if (traits.sampling === 'none' || isThinking) {
    warnOfSampling(call, warnings);
    return {};
  }
  const topP =
    traits.sampling === 'one' && call.temperature !== undefined ? leftOut(call, warnings) : call.topP;
  return {
    ...(call.temperature !== undefined && { temperature: withinOne(call.temperature, warnings) }),
    ...(topP !== undefined && { top_p: topP }),
    ...(call.topK !== undefined && { top_k: call.topK }),
  };
}

/** The default value asks for nothing, so nobody need be told that it is left out (D). */
function warnOfSampling({ temperature, topP, topK }: GenerationCall, warnings: Warnings): void {
  if (temperature !== undefined && temperature !== 1) warnings.dropped('temperature');
  if (topP !== undefined && topP < TOP_P_ALL) warnings.dropped('top_p');
  if (topK !== undefined) warnings.dropped('top_k');
}

/** Models since Opus 4.1 take one of the two; of the two, temperature is what people mean. */
function leftOut({ topP }: GenerationCall, warnings: Warnings): undefined {
  if (topP !== undefined && topP < TOP_P_ALL) warnings.dropped('top_p');
}

function withinOne(temperature: number, warnings: Warnings): number {
  if (temperature <= 1) return temperature;
  warnings.changed('temperature', 'at_most_1');
  return 1;
}
