/** A front: how one kind of client asks, and what it makes of what comes back, read by the plainest of readers. */
import type { JsonObject } from '../../fake-upstream/json.ts';
import type { Told, ToldError } from '../told.ts';
import type { Wish } from '../wish.ts';

export interface Front {
  /** As its row is called. */
  readonly name: string;
  /** Which envelope its errors come in, and which words it has for the end of an answer. */
  readonly family: Family;
  /** Undefined: this dialect has no words for the wish. */
  ask(wish: Wish, manner: Manner): Question | undefined;
  hearWhole(body: JsonObject, told: Told): void;
  /** Absent: this front has no streams. */
  hearStream?(text: string, told: Told): void;
  hearError(body: JsonObject): ToldError | undefined;
}

export type Family =
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-completions'
  | 'anthropic'
  | 'cohere'
  | 'gemini'
  | 'ollama';

export interface Manner {
  readonly model: string;
  readonly isStream: boolean;
}

export interface Question {
  readonly path: string;
  readonly body: JsonObject;
}
