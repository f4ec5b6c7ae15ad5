#!/usr/bin/env -S node --max-semi-space-size=64
import { runCommandLine } from './run-command-line.ts';
import { openTerminal } from './terminal.ts';

/** `sluice usage | head` closes our output early; that is no failure worth a stack trace. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), openTerminal(process.stdout, process.stderr));
