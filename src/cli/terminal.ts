/** Where a command prints. Results go to standard output; remarks and failures to standard error. */
export interface Terminal {
  /** One line or several; the newline at the end is added. */
  print(text: string): void;
  printJson(value: unknown): void;
  /** For the person, never part of the result. */
  remark(text: string): void;
  readonly paint: Paint;
}

export interface Paint {
  bold(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
  dim(text: string): string;
}

export interface TextStream {
  write(text: string): unknown;
  /** On terminals only; Node answers it out of NO_COLOR, FORCE_COLOR and TERM. */
  hasColors?(): boolean;
}

export function openTerminal(output: TextStream, errors: TextStream): Terminal {
  return {
    print: (text) => void output.write(`${text}\n`),
    printJson: (value) => void output.write(`${JSON.stringify(value, undefined, 2)}\n`),
    remark: (text) => void errors.write(`${text}\n`),
    paint: paintFor(output.hasColors?.() === true),
  };
}

function paintFor(hasColors: boolean): Paint {
  const paint = (code: number) => (text: string) => (hasColors ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: paint(1), dim: paint(2), red: paint(31), green: paint(32), yellow: paint(33) };
}
