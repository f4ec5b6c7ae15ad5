import { openTerminal, type Terminal } from '../../src/cli/terminal.ts';

/** A terminal that remembers what was printed on it. */
export interface RecordedTerminal extends Terminal {
  output(): string;
  errors(): string;
}

export function recordTerminal(hasColors = false): RecordedTerminal {
  const output = new Recorder(hasColors);
  const errors = new Recorder(hasColors);
  return { ...openTerminal(output, errors), output: () => output.text, errors: () => errors.text };
}

class Recorder {
  text = '';
  readonly #hasColors: boolean;

  constructor(hasColors: boolean) {
    this.#hasColors = hasColors;
  }

  write(text: string): void {
    this.text += text;
  }

  hasColors(): boolean {
    return this.#hasColors;
  }
}
