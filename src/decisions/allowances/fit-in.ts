import type { Claim, OutputWish, Refusal, Standing } from './allowance.ts';

/** How much may be written without passing any limit, or the claim that does not even allow the least. */
export type Fit = { readonly outputTokens: number } | Refusal;

/**
 * Pure. The most a request may write, up to what it wishes, so that with everything set aside for it no limit can be
 * passed. What is in shadow limits nothing.
 *
 * @param standings of the claims, in their order.
 */
export function fitIn(claims: readonly Claim[], standings: readonly Standing[], output: OutputWish): Fit {
  let outputTokens = output.most;
  for (const [at, claim] of claims.entries()) {
    if (claim.isShadow) continue;
    const standing = standings[at] ?? { used: 0, held: 0 };
    const most = mostOutput(claim, standing, output.most);
    if (most < output.least) return { claim, standing };
    outputTokens = Math.min(outputTokens, most);
  }
  return { outputTokens };
}

/** Negative: nothing of it fits. */
function mostOutput(
  { limit, amount, perOutputToken }: Claim,
  { used, held }: Standing,
  wish: number,
): number {
  const left = limit - used - held - amount;
  if (left < 0) return -1;
  return perOutputToken === 0 ? wish : Math.floor(left / perOutputToken);
}

/** What is set aside of one allowance, once it is known how much may be written. */
export function heldBy({ amount, perOutputToken }: Claim, outputTokens: number): number {
  // Binary fractions make 0.1 × 3 a little more than 0.3, which would round up to one too many.
  return Math.ceil(Number((amount + perOutputToken * outputTokens).toFixed(6)));
}

/** How much of what is set aside is money, in micro-units. */
export function costHeld(claims: readonly Claim[], outputTokens: number): number {
  const cost = claims.find(({ kind }) => kind === 'cost');
  return cost === undefined ? 0 : heldBy(cost, outputTokens);
}

/** Would this claim have been refused? */
export function isOverdrawn(claim: Claim, { used, held }: Standing, outputTokens: number): boolean {
  return used + held + heldBy(claim, outputTokens) > claim.limit;
}
