import { inputOfApp, inputOfModel } from '../decisions/policy/rules/request-size.ts';
import type { GatewayError, TooLong } from '../model/gateway-error.ts';
import { spell } from '../model/spelling.ts';
import type { CallAccount } from './call-account.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';
import type { ReadQuestion } from './read-question.ts';

/**
 * Keeps a call to the size its app may have: notes how long its answer may be, and throws `invalid_request` if the
 * question is too long, before anything is counted or asked for it. Weighing a question takes longer the longer it is,
 * so it is done only where there is a limit.
 */
export function keepSize(
  house: House,
  account: CallAccount,
  exchange: Exchange,
  question: ReadQuestion,
  model: string,
): void {
  const { quota } = account.app;
  if (quota === undefined) return;
  account.outputTokensMax = quota.maxOutputTokens;
  const max = quota.maxInputTokens;
  if (max === undefined || !isRead(exchange)) return;
  const tokens = house.estimator.tokensOf(model, question.body);
  const refusal = inputOfApp(max, tokens, paramOf(exchange, question));
  if (refusal !== undefined) throw refusal;
}

/** The refusal of a question for which nobody who serves its model has room, nor a model it may fall back to. */
export function tooLongForAll(exchange: Exchange, question: ReadQuestion, most: TooLong): GatewayError {
  return inputOfModel(most, paramOf(exchange, question));
}

/** Is the question a text that a model reads? A count of its tokens only looks at it. */
export function isRead({ dialect: { kind } }: Exchange): boolean {
  return kind === 'generation' || kind === 'embeddings';
}

function paramOf({ dialect: { kind, spellings } }: Exchange, { body }: ReadQuestion): string {
  return spell(kind === 'embeddings' ? 'input' : 'messages', spellings, body);
}
