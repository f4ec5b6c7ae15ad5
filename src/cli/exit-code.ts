/** What a shell script may rely on (contract 3). */
export const exitCodes = {
  done: 0,
  failed: 1,
  wrongUsage: 2,
  /** `status` of a stopped daemon, as init scripts expect it. */
  stopped: 3,
  /** EX_CONFIG of sysexits.h. */
  badConfig: 78,
} as const;

/** A failure with a sentence for the person at the terminal; everything else that is thrown is a slip of ours. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
  }
}

export function wrongUsage(message: string): CommandFailure {
  return new CommandFailure(message, exitCodes.wrongUsage);
}
