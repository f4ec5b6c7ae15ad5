import type { JsonValue } from '../../model/json.ts';
import { weighText } from '../../model/text-weight.ts';
import type { Database } from '../../storage/database.ts';

/** What one model's tokens weigh, learned so far. Old lessons fade, so the figure follows the traffic. */
interface Lesson {
  bytes: number;
  tokens: number;
  /** Monotonic milliseconds; a busy model need not be weighed on every call. */
  taughtAtMs: number;
}

/** English and code come to about four bytes a token; until a model has taught better. */
const BYTES_PER_TOKEN = 4;
/** What a model's template puts around every turn. */
const TOKENS_PER_MESSAGE = 4;
/** What a picture costs most models, near enough for an estimate. */
const TOKENS_PER_FILE = 1_000;
const TEACH_EVERY_MS = 1_000;
/** Beyond this many tokens, what was learned before is halved. */
const MEMORY_TOKENS = 200_000;
/** A ratio outside is a backend's slip, not a language. */
const RATIO_MIN = 0.5;
const RATIO_MAX = 16;
const MODELS_MAX = 1_000;

/**
 * Estimates tokens from bytes, by what each model's own reports of usage have taught: no fixed figure is right for
 * prose, code and Chinese at once, nor for all vocabularies. It keeps its lessons in the database, and it is an
 * estimate wherever it is shown.
 */
export class TokenEstimator {
  readonly #lessons = new Map<string, Lesson>();

  /** Takes up what was learned before the last stop. */
  restore(database: Database): void {
    const rows = database.prepare('SELECT model, bytes, tokens FROM token_lessons').all();
    for (const row of rows.slice(0, MODELS_MAX)) {
      const [bytes, tokens] = [Number(row['bytes']), Number(row['tokens'])];
      if (bytes > 0 && tokens > 0) this.#lessons.set(String(row['model']), { bytes, tokens, taughtAtMs: 0 });
    }
  }

  /** Writes all lessons down, and only them; called now and then and at the stop. */
  save(database: Database): void {
    const statement = database.prepare('INSERT INTO token_lessons (model, bytes, tokens) VALUES (?, ?, ?)');
    database.transaction(() => {
      database.prepare('DELETE FROM token_lessons').run();
      for (const [model, { bytes, tokens }] of this.#lessons)
        if (tokens > 0) statement.run(model, bytes, tokens);
    });
  }

  /** Is it time to learn of this model again? Weighing a question costs something; asking this, next to nothing. */
  wantsLesson(model: string, nowMs: number): boolean {
    const lesson = this.#lessons.get(model);
    return lesson === undefined || nowMs - lesson.taughtAtMs >= TEACH_EVERY_MS;
  }

  /** A backend read this question as `inputTokens`. Questions with pictures teach nothing. */
  teach(model: string, question: JsonValue, inputTokens: number, nowMs: number): void {
    const { textBytes, messages, files } = weighText(question);
    const textTokens = inputTokens - messages * TOKENS_PER_MESSAGE;
    const lesson = this.#lessons.get(model) ?? this.#begin(model);
    // Also where it teaches nothing: weighing is what costs.
    lesson.taughtAtMs = nowMs;
    const ratio = textBytes / textTokens;
    if (files > 0 || !(ratio >= RATIO_MIN && ratio <= RATIO_MAX)) return;
    const fade = lesson.tokens > MEMORY_TOKENS ? 0.5 : 1;
    lesson.bytes = lesson.bytes * fade + textBytes;
    lesson.tokens = lesson.tokens * fade + textTokens;
  }

  /** Bytes that make a token of this model. */
  bytesPerToken(model: string): number {
    const lesson = this.#lessons.get(model);
    return lesson === undefined || lesson.tokens === 0 ? BYTES_PER_TOKEN : lesson.bytes / lesson.tokens;
  }

  /** How many tokens this model would probably read in a question. At least 1. */
  tokensOf(model: string, question: JsonValue): number {
    const { textBytes, messages, files } = weighText(question);
    const textTokens = Math.round(textBytes / this.bytesPerToken(model));
    return Math.max(1, textTokens + messages * TOKENS_PER_MESSAGE + files * TOKENS_PER_FILE);
  }

  /**
   * No fewer than this model could read in a question, as far as can be known without reading it: what is set aside
   * for it must not be too little. A model whose tokens are known is trusted to half as many again, if they are short: airy
   * questions would else talk its estimate down for dense ones.
   */
  tokensAtMost(model: string, question: JsonValue): number {
    const { textBytes, messages, files } = weighText(question);
    const isKnown = (this.#lessons.get(model)?.tokens ?? 0) > 0;
    const bytesPerToken = isKnown
      ? Math.max(1, Math.min(BYTES_PER_TOKEN, this.bytesPerToken(model)) / 1.5)
      : BYTES_PER_TOKEN / 2;
    return (
      Math.ceil(textBytes / bytesPerToken) +
      messages * 2 * TOKENS_PER_MESSAGE +
      files * 2 * TOKENS_PER_FILE +
      1
    );
  }

  #begin(model: string): Lesson {
    // The oldest goes: names of models are a client's to choose where a backend takes any.
    const [oldest] = this.#lessons.keys();
    if (this.#lessons.size >= MODELS_MAX && oldest !== undefined) this.#lessons.delete(oldest);
    const lesson: Lesson = { bytes: 0, tokens: 0, taughtAtMs: 0 };
    this.#lessons.set(model, lesson);
    return lesson;
  }
}
