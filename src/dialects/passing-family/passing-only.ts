import { GatewayError } from '../../model/gateway-error.ts';

/**
 * The members of the contract that only a translation needs. What passes and is never translated has none, and
 * `kind: 'passing'` keeps everybody from asking; if somebody does, that is said plainly.
 */
export const passingOnly = {
  kind: 'passing',
  spellings: {},
  readCall: notTranslated,
  eventsOfWhole: notTranslated,
  wholeWriter: notTranslated,
} as const;

function notTranslated(): never {
  throw new GatewayError(
    'operation_not_supported',
    'This backend does not speak this API, and nothing else can stand in for it.',
  );
}
