/** A piece of an answer, told apart. */
export interface Said {
  readonly type: 'text-delta' | 'thinking-delta';
  readonly text: string;
}

type State = 'begin' | 'opened' | 'thinking' | 'closed' | 'text';

const OPEN = '<think>';
const CLOSE = '</think>';

/**
 * Splits the text of models that write their thoughts into it (R1 and its kin, protocols 10.6). A tag counts only
 * where the answer begins, after nothing but blanks: further in, it may be what the answer is about. A closing
 * tag alone at the beginning is what is left when the server put the opening one into the prompt. However the
 * text is cut, the outcome is the same, and no more is held back than what may yet be a tag.
 */
export class ThinkTags {
  #state: State = 'begin';
  #held = '';

  push(piece: string): Said[] {
    if (this.#state === 'text') return said('text-delta', piece);
    const text = this.#held + piece;
    this.#held = '';
    return this.#take(text);
  }

  /** What is held back turns out to be what it looks like. */
  end(): Said[] {
    const text = this.#held;
    this.#held = '';
    return said(this.#state === 'thinking' ? 'thinking-delta' : 'text-delta', text);
  }

  #take(text: string): Said[] {
    switch (this.#state) {
      case 'begin':
        return this.#begin(text);
      case 'opened':
        return this.#afterBreaks(text, 'thinking');
      case 'thinking':
        return this.#think(text);
      case 'closed':
        return this.#afterBreaks(text, 'text');
      default:
        return said('text-delta', text);
    }
  }

  #begin(text: string): Said[] {
    const start = text.trimStart();
    if (start.startsWith(OPEN)) return this.#enter('opened', start.slice(OPEN.length));
    if (start.startsWith(CLOSE)) return this.#enter('closed', start.slice(CLOSE.length));
    if (!OPEN.startsWith(start) && !CLOSE.startsWith(start)) return this.#enter('text', text);
    this.#held = text;
    return [];
  }

  /** Models put line breaks around their thoughts that belong to neither side. */
  #afterBreaks(text: string, next: 'thinking' | 'text'): Said[] {
    const rest = text.replace(/^[\r\n]+/, '');
    return rest === '' ? [] : this.#enter(next, rest);
  }

  #think(text: string): Said[] {
    const close = text.indexOf(CLOSE);
    if (close >= 0) {
      const thought = said('thinking-delta', text.slice(0, close));
      return [...thought, ...this.#enter('closed', text.slice(close + CLOSE.length))];
    }
    const safe = text.length - tagBegun(text);
    this.#held = text.slice(safe);
    return said('thinking-delta', text.slice(0, safe));
  }

  #enter(state: State, rest: string): Said[] {
    this.#state = state;
    return this.#take(rest);
  }
}

/** How many characters at the end may be the beginning of the closing tag. */
function tagBegun(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(CLOSE.slice(0, length))) return length;
  }
  return 0;
}

function said(type: Said['type'], text: string): Said[] {
  return text === '' ? [] : [{ type, text }];
}
