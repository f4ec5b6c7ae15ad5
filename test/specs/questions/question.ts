/** A question in nobody's dialect. Each front has a writer for it that says what the dialect can say. */
import type { Json } from '../vendor-specs.ts';

export interface Question {
  readonly name: string;
  readonly system?: string;
  /** Instructions in the middle of the talk are written where they stand. */
  readonly turns: readonly Turn[];
  readonly tools?: readonly Tool[];
  readonly choice?: 'auto' | 'none' | 'any' | { readonly name: string };
  readonly isOneAtATime?: boolean;
  readonly schema?: Json;
  readonly wantsJson?: boolean;
  readonly stop?: readonly string[];
  readonly tokensMax?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly presence?: number;
  readonly frequency?: number;
  readonly user?: string;
  readonly effort?: 'none' | 'low' | 'medium' | 'high';
  readonly answers?: number;
  readonly probabilities?: number;
  /**
   * Not by the book of every dialect: a client that writes this to its own vendor is told so there, where the body
   * passes as it is.
   */
  readonly isLoose?: boolean;
  /** Dialects of backs that may refuse it by name; all the others have to be asked. */
  readonly refusedBy?: readonly string[];
}

export type Turn =
  | { readonly by: 'user' | 'system'; readonly parts: readonly Part[] }
  | {
      readonly by: 'assistant';
      readonly text?: string;
      readonly thought?: Thought;
      readonly calls?: readonly Call[];
    }
  | { readonly by: 'tools'; readonly results: readonly Result[]; readonly text?: string };

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image' | 'pdf'; readonly base64: string }
  | { readonly kind: 'image-url'; readonly url: string };

export interface Thought {
  readonly text: string;
  /** As a client would send back what it once got of another backend. */
  readonly signature: string;
}

export interface Tool {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: Json;
  readonly isStrict?: boolean;
}

export interface Call {
  readonly id: string;
  readonly name: string;
  readonly args: Json;
}

export interface Result {
  readonly call: string;
  readonly name: string;
  readonly text: string;
  readonly isError?: boolean;
  readonly image?: string;
}

export const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
export const page = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF',
).toString('base64');

export const says = (text: string): Turn => ({ by: 'user', parts: [{ kind: 'text', text }] });
