/**
 * - `no-key`: the master key it needs is not here
 * - `damaged`: it was changed, moved or cut short
 * - `unsafe`: the file with the master key may be read by others
 */
export type SealingTrouble = 'no-key' | 'damaged' | 'unsafe';

/** A secret cannot be sealed or opened. The message goes after the name of what it is about, and holds no secret. */
export class SealingFailure extends Error {
  readonly trouble: SealingTrouble;

  constructor(trouble: SealingTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SealingFailure';
    this.trouble = trouble;
  }
}
