import type { GenerationCall } from '../../model/call.ts';
import type { ModelTraits } from '../anthropic-family/model-traits.ts';
import type { Writing } from '../dialect.ts';

/**
 * `max_tokens`, which this API demands and most others do not: what the client said, else what the operator set
 * (`quirks.tokens_default`), else all the model can (S).
 */
export function writeTokensMax(call: GenerationCall, traits: ModelTraits, writing: Writing): number {
  const most = writing.outputTokensMax ?? traits.outputTokensMax;
  const asked = call.outputTokensMax;
  const { tokensDefault } = writing.quirks;
  if (asked === undefined) return tokensDefault > 0 ? Math.min(tokensDefault, most) : most;
  const isLimitKnown = writing.outputTokensMax !== undefined || traits.isLimitKnown;
  if (!isLimitKnown || asked <= most) return asked;
  writing.warnings.changed('max_tokens', 'limit_of_model');
  return most;
}
