/**
 * Watches a JSON object come in pieces and knows when its closing brace has come, looking at every character once:
 * to parse what is there after each piece would cost the square of its length.
 */
export class ObjectEnd {
  #depth = 0;
  #hasOpened = false;
  #isInString = false;
  #isEscaped = false;

  /** Has all that was opened been closed? */
  get hasCome(): boolean {
    return this.#hasOpened && this.#depth === 0;
  }

  push(text: string): void {
    for (const character of text) {
      if (this.#isInString) this.#stringGoesOn(character);
      else if (character === '"') this.#isInString = true;
      else if (character === '{' || character === '[') this.#open();
      else if (character === '}' || character === ']') this.#depth--;
    }
  }

  #open(): void {
    this.#hasOpened = true;
    this.#depth++;
  }

  #stringGoesOn(character: string): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (character === '\\') this.#isEscaped = true;
    else if (character === '"') this.#isInString = false;
  }
}
