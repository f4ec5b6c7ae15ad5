/**
 * Money in whole micro-units of its currency (1 USD = 1,000,000). No floats are ever added up.
 */
export type MicroUnits = number;

export const MICRO = 1_000_000;

/** 10.5 → 10_500_000. Throws RangeError on what is no amount: NaN, infinities, or too large to be exact. */
export function toMicroUnits(amount: number): MicroUnits {
  const micro = Math.round(amount * MICRO);
  if (!Number.isSafeInteger(micro)) throw new RangeError(`${amount} is not an amount of money`);
  return micro;
}

/** 10_500_000 → 10.5, for people and for JSON. */
export function fromMicroUnits(micro: MicroUnits): number {
  return micro / MICRO;
}
