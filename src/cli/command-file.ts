import type { Terminal } from './terminal.ts';

/**
 * What every file in `commands/` exports. The options are what the flags in `program.ts` make of the command
 * line; `args` are the positional arguments. The answer is the exit code.
 */
export interface CommandFile {
  run(options: never, terminal: Terminal, args: readonly string[]): Promise<number>;
}

export interface GlobalOptions {
  readonly config?: string;
  readonly configDir?: string;
  readonly json?: boolean;
}

/** Of every command that asks the daemon something. */
export interface ClientOptions extends GlobalOptions {
  readonly timeout: number;
  readonly adminUrl?: string;
  readonly unixSocket?: string;
}
