/**
 * Closes what a cut-off JSON text left open: a string, a member without its value, lists, objects. It need not
 * succeed (a number or word may be cut in two); whoever asks parses what comes out.
 */
export function completeJson(text: string): string {
  const scan = new OpenEnds(text);
  const whole = scan.isInString ? `${withoutHalfEscape(text)}"` : text;
  return withoutDangling(whole, scan.expectsName) + scan.closers();
}

const closerOf = new Map([
  ['{', '}'],
  ['[', ']'],
]);

/** What is open at the end of a text. */
class OpenEnds {
  isInString = false;
  readonly #open: string[] = [];
  #lastMark = '';

  constructor(text: string) {
    for (let at = 0; at < text.length; at++) {
      const letter = text[at] as string;
      if (this.isInString && letter === '\\') at++;
      else if (letter === '"') this.isInString = !this.isInString;
      else if (!this.isInString) this.#mark(letter);
    }
  }

  /** Would a string at the end be the name of a member? */
  get expectsName(): boolean {
    return this.#open.at(-1) === '}' && (this.#lastMark === '{' || this.#lastMark === ',');
  }

  closers(): string {
    return this.#open.toReversed().join('');
  }

  #mark(letter: string): void {
    if (!'{}[],:'.includes(letter)) return;
    this.#lastMark = letter;
    const closer = closerOf.get(letter);
    if (closer !== undefined) this.#open.push(closer);
    else if (letter === this.#open.at(-1)) this.#open.pop();
  }
}

/** A string cut inside `\n` or `\u00e9` ends before the backslash. */
function withoutHalfEscape(text: string): string {
  const [half = '', slashes = ''] = /(\\+)(?:u[0-9a-fA-F]{0,3})?$/.exec(text) ?? [];
  return slashes.length % 2 === 0 ? text : text.slice(0, text.length - half.length + slashes.length - 1);
}

/** A comma with nothing after it goes; a name whose value never came is told to be null. */
function withoutDangling(text: string, expectsName: boolean): string {
  const trimmed = text.trimEnd();
  if (trimmed.endsWith(',')) return trimmed.slice(0, -1);
  if (trimmed.endsWith(':')) return `${trimmed}null`;
  return expectsName && trimmed.endsWith('"') ? `${trimmed}:null` : trimmed;
}
