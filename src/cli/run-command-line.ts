import { CommanderError } from 'commander';

import { CommandFailure, exitCodes } from './exit-code.ts';
import { packageVersion } from './package-version.ts';
import { buildProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs one command and turns whatever comes of it into an exit code: 0 done, 1 failed, 2 wrong usage, 3 `status`
 * of a stopped daemon, 78 refused configuration.
 */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = exitCodes.done;
  try {
    const program = buildProgram(terminal, packageVersion(), (code) => {
      exitCode = code;
    });
    await program.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error, terminal);
  }
}

function explain(error: unknown, terminal: Terminal): number {
  // Commander has said it already: help and version are "errors" with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
  if (error instanceof CommandFailure) {
    terminal.remark(`sluice: ${error.message}`);
    return error.exitCode;
  }
  if (error instanceof Error && error.name === 'ConfigError') {
    // Its message is one line for each complaint.
    terminal.remark(error.message);
    return exitCodes.badConfig;
  }
  terminal.remark(unexpectedText(error));
  return exitCodes.failed;
}

/** What the system refused (a file, a folder) explains itself; anything else is a slip of ours, and its trace helps. */
function unexpectedText(error: unknown): string {
  if (!(error instanceof Error)) return `sluice: ${String(error)}`;
  return 'syscall' in error ? `sluice: ${error.message}` : (error.stack ?? error.message);
}
