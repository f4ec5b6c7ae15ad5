import type { AppConfig } from '../config/config.ts';
import { type Price, worstCostOf } from '../decisions/accounting/cost-of.ts';
import { type Claim, type Hold, noOutput, type OutputWish } from '../decisions/allowances/allowance.ts';
import { claimsOfLeg, isMetered, type WorstCase } from '../decisions/allowances/claims.ts';
import type { Asked } from '../model/call.ts';
import { isGenerating } from '../model/operation.ts';
import type { Backend } from '../upstream/backend.ts';
import type { CallAccount } from './call-account.ts';
import type { CallHolds } from './call-holds.ts';
import { setAside } from './hold-allowance.ts';
import type { House } from './house.ts';
import type { Travel } from './legs.ts';
import type { ReadQuestion } from './read-question.ts';

/** Whoever does not say how long the answer may be, and whose model has no bound either, gets no longer one on a budget. */
const UNSAID_OUTPUT_TOKENS = 16_384;
/** A shorter answer than this is no use to anybody who has not asked for it. */
const LEAST_OUTPUT_TOKENS = 64;
/** The largest and finest picture of OpenAI's models takes 6 240 tokens to draw; a little more with parts shown before. */
const TOKENS_PER_PICTURE = 6_600;
/** 16 kbit/s: nobody sends speech smaller than this, and so a recording is no longer than its size says. */
const SPEECH_BYTES_PER_SECOND = 2_000;

/**
 * Sets aside what this call may use at worst at this backend, before it is asked (promise 3): throws
 * `cost_limit_exceeded` or `quota_exceeded` where that is more than is left. What it does not use is there again when it
 * is over; of a backend that could not do it, with the same step in which it is set aside for the next. A model that costs nothing claims nothing, and one without any price is not known to.
 *
 * The answer is held to what is set aside for it, also where the client has said as much: a request may name its limit
 * twice, in words of which we have gone by one and its backend goes by the other.
 */
export function afford(
  house: House,
  account: CallAccount,
  { exchange, question }: Travel,
  backend: Backend,
  model: string,
): void | Promise<void> {
  const { app, entry } = account;
  if (!isMetered(app) || exchange.dialect.kind === 'count') return;
  const before = account.holds?.takeLeg();
  account.outputTokensMax = app.quota?.maxOutputTokens;
  const { asked, body } = question;
  const wish = outputWish(asked, largestAllowed(app, backend, model));
  const price = house.prices.priceFor(backend.pricing, model);
  entry.currency = price?.currency;
  const worst = worstCase(price, question, house.estimator.tokensAtMost(model, body));
  const claims = claimsOfLeg(app, worst, entry.startedAtMs);
  if (claims.length === 0) return void before?.settle(() => 0);
  const take = (holds: CallHolds, hold: Hold): void => {
    holds.forLeg(hold);
    if (claims.some(isOnWriting)) account.outputTokensMax = Math.floor(hold.outputTokens / asked.choices);
  };
  return setAside(house, account, { claims, output: wish, instead: before }, take);
}

/** Does it limit how much may be written? */
function isOnWriting({ isShadow, perOutputToken }: Claim): boolean {
  return !isShadow && perOutputToken > 0;
}

function worstCase(
  price: Price | undefined,
  { asked: { operation, choices }, sent }: ReadQuestion,
  inputTokens: number,
): WorstCase {
  const images = operation === 'images' ? choices : 0;
  const seconds = operation === 'audio' && 'files' in sent ? sent.length / SPEECH_BYTES_PER_SECOND : 0;
  const { fixedMicro, perOutputTokenMicro } = worstCostOf(price, inputTokens, images, seconds);
  const drawn = price?.perImage === 0 ? images * TOKENS_PER_PICTURE * perOutputTokenMicro : 0;
  return {
    inputTokens,
    costMicro: Math.ceil(fixedMicro + drawn),
    costMicroPerOutputToken: perOutputTokenMicro,
  };
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
