/**
 * What the generations of Gemini can do (protocols 4.2, 4.5, 10.5, 10.6), told by name. A name without a number
 * (`gemini-flash-latest`) is taken for the newest, so that models of tomorrow need no change here.
 */
export interface ModelTraits {
  /** Takes real JSON schemas; else only Google's own subset. */
  readonly takesJsonSchema: boolean;
  /** Takes a schema for the answer together with tools. */
  readonly takesSchemaWithTools: boolean;
  /** Refuses a function call of the current turn without a thought signature. */
  readonly checksSignatures: boolean;
  /** Takes pictures inside a function's response. */
  readonly takesMediaInResults: boolean;
  readonly takesValidatedMode: boolean;
  /** How thinking is turned up and down. */
  readonly thinking: 'level' | 'budget' | 'none';
}

export function modelTraits(model: string): ModelTraits {
  const generation = generationOf(model);
  return {
    takesJsonSchema: generation >= 2.5,
    takesSchemaWithTools: generation >= 3,
    checksSignatures: generation >= 3,
    takesMediaInResults: generation >= 3,
    takesValidatedMode: generation >= 2.5,
    thinking: thinkingOf(generation),
  };
}

function thinkingOf(generation: number): ModelTraits['thinking'] {
  if (generation >= 3) return 'level';
  return generation >= 2.5 ? 'budget' : 'none';
}

/** Gemma is served at the same place, and knows less. */
function generationOf(model: string): number {
  if (/gemma/i.test(model)) return 2;
  const number = /gemini-(\d{1,3}(?:\.\d{1,3})?)(?![\d.])/i.exec(model)?.[1];
  return number === undefined ? Number.POSITIVE_INFINITY : Number(number);
}
