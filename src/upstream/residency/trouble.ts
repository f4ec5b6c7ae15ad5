import type { Secret } from '../../model/secret.ts';
import { RuntimeRefusal } from '../../providers/driver.ts';
import { asConnectionFailure } from '../connection-failure.ts';
import { scrubWords } from '../scrub-words.ts';
import type { ShellResult } from './shell.ts';

/** What a runtime did that it should not have, in a sentence for people. */
export class MemoryTrouble extends Error {}

/** A command of the operator's that said no. */
export class CommandFailed extends MemoryTrouble {
  constructor(name: 'loaded' | 'load' | 'unload', { status, stderr }: ShellResult) {
    const last = stderr.trim().split('\n').at(-1) ?? '';
    super(
      `The command under \`commands.${name}\` ended with status ${status}${last === '' ? '.' : `: ${last}`}`,
    );
  }
}

/** Why something about a runtime's memory did not come to be; keys and addresses are struck out. */
export function whyOf(thrown: unknown, key: Secret | undefined): string {
  if (thrown instanceof MemoryTrouble) return scrubWords(thrown.message, key);
  if (thrown instanceof RuntimeRefusal) return scrubWords(refusal(thrown), key);
  if (thrown instanceof Error && thrown.name === 'TimeoutError') return 'It did not answer in time.';
  if (thrown instanceof Error && thrown.name === 'AbortError') return 'It was called off.';
  if (thrown instanceof RangeError) return thrown.message;
  return asConnectionFailure(thrown).message;
}

function refusal({ status, message }: RuntimeRefusal): string {
  return message === ''
    ? `It answered with status ${status}.`
    : `It answered with status ${status}: ${message}`;
}
