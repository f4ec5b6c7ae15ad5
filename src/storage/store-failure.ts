/**
 * - `unreachable`: not there, too slow, full, or busy with something else; it may be well again
 * - `refused`: it is there and will not have us: a wrong password, a schema that is not ours; only people can change that
 * - `row`: it is well, but not this row
 */
export type StoreTrouble = 'unreachable' | 'refused' | 'row';

/** A shared database did not do what it was asked; the message says in a sentence why, and names no address. */
export class StoreFailure extends Error {
  readonly trouble: StoreTrouble;

  constructor(trouble: StoreTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreFailure';
    this.trouble = trouble;
  }
}
