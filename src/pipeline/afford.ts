import type { AppConfig } from '../config/config.ts';
import { worstCostOf } from '../decisions/accounting/cost-of.ts';
import { noOutput, type OutputWish } from '../decisions/allowances/allowance.ts';
import { claimsOfLeg, hasAllowances, type WorstCase } from '../decisions/allowances/claims.ts';
import type { Asked } from '../model/call.ts';
import { isGenerating } from '../model/operation.ts';
import type { Backend } from '../upstream/backend.ts';
import type { CallAccount } from './call-account.ts';
import { setAside } from './hold-allowance.ts';
import type { House } from './house.ts';
import type { Travel } from './legs.ts';

/** Whoever does not say how long the answer may be, and whose model has no bound either, gets no longer one on a budget. */
const UNSAID_OUTPUT_TOKENS = 16_384;
/** A shorter answer than this is no use to anybody who has not asked for it. */
const LEAST_OUTPUT_TOKENS = 64;

/**
 * Sets aside what this call may use at worst at this backend, before it is asked (promise 3): throws
 * `cost_limit_exceeded` or `quota_exceeded` where that is more than is left. What it does not use is there again when it
 * is over. A model that costs nothing claims nothing, and one without any price is not known to.
 *
 * An answer whose length was left open is held to what is set aside for it.
 */
export function afford(
  house: House,
  account: CallAccount,
  { exchange, question }: Travel,
  backend: Backend,
  model: string,
): void | Promise<void> {
  const { app, entry } = account;
  if (!hasAllowances(app) || exchange.dialect.kind === 'count') return;
  account.giveBackLeg();
  const { asked, body } = question;
  const wish = outputWish(asked, largestAllowed(account.app, backend, model));
  const inputTokens = house.estimator.tokensAtMost(model, body);
  const claims = claimsOfLeg(app, worstCase(house, backend, model, asked, inputTokens), entry.startedAtMs);
  if (claims.length === 0) return;
  return setAside(house, account, claims, wish, (hold) => {
    account.holdsLeg(hold);
    if (wish.least < wish.most) account.outputTokensMax = Math.floor(hold.outputTokens / asked.choices);
  });
}

function worstCase(
  house: House,
  backend: Backend,
  model: string,
  { operation, choices }: Asked,
  inputTokens: number,
): WorstCase {
  const price = house.prices.priceFor(backend.pricing, model);
  const images = operation === 'images' ? choices : 0;
  const { fixedMicro, perOutputTokenMicro } = worstCostOf(price, inputTokens, images);
  return { inputTokens, costMicro: fixedMicro, costMicroPerOutputToken: perOutputTokenMicro };
}

/** By its app, or by what the model can write; undefined: neither says. */
function largestAllowed({ quota }: AppConfig, { config }: Backend, model: string): number | undefined {
  const byModel = config.models.get(model)?.outputTokensMax;
  const byApp = quota?.maxOutputTokens;
  return byModel === undefined || byApp === undefined ? (byModel ?? byApp) : Math.min(byModel, byApp);
}

/** All its answers together. `allowed`: for each of them, what its app and model allow. */
function outputWish({ operation, outputTokensMax, choices }: Asked, allowed: number | undefined): OutputWish {
  if (!isGenerating(operation)) return noOutput;
  const said = outputTokensMax !== undefined && outputTokensMax > 0 ? outputTokensMax : undefined;
  if (said !== undefined) {
    const most = Math.min(said, allowed ?? said) * choices;
    return { most, least: most };
  }
  const most = (allowed ?? UNSAID_OUTPUT_TOKENS) * choices;
  return { most, least: Math.min(LEAST_OUTPUT_TOKENS * choices, most) };
}
