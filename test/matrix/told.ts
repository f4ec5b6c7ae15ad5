/** What a client was told, in nobody's dialect. Counts are whole: `input` holds `cached`, `output` holds `reasoning`. */
import type { Json } from '../fake-upstream/json.ts';

export class Told {
  status = 0;
  model = '';
  text = '';
  thoughts = '';
  refusal = '';
  readonly tools: ToldTool[] = [];
  /** In the front's own word; of a whole answer or of its last frame. */
  finish: string | undefined;
  input: number | undefined;
  output: number | undefined;
  cached: number | undefined;
  reasoning: number | undefined;
  error: ToldError | undefined;
  /** Did the answer come to the end that this dialect has? */
  isComplete = false;
  /** What an official client of this dialect would stumble over. */
  readonly slips: string[] = [];
  vectors: (readonly number[])[] = [];
  /** Places of documents, the best first. */
  ranking: readonly number[] = [];
  choices = 0;
  retryAfter: string | undefined;
  warnings: readonly ToldWarning[] = [];
}

export interface ToldTool {
  id: string;
  name: string;
  /** As text where the dialect writes text, until the answer has ended. */
  argsText: string;
  args: Json | undefined;
}

export interface ToldError {
  /** The front's own word for it: a type, a status. */
  readonly word: string;
  readonly code: string;
  readonly param: string;
  readonly message: string;
}

export interface ToldWarning {
  readonly action: string;
  readonly param: string;
  readonly reason: string;
}

export function newTool(id: string, name: string): ToldTool {
  return { id, name, argsText: '', args: undefined };
}

/** `dropped;param=seed;reason=unsupported_by_backend, …` */
export function readWarnings(header: string | null): ToldWarning[] {
  return (header ?? '')
    .split(', ')
    .filter(Boolean)
    .map((entry) => {
      const [action = '', ...members] = entry.split(';');
      const memberOf = (name: string) =>
        members.find((member) => member.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
      return { action, param: memberOf('param'), reason: memberOf('reason') };
    });
}

/** Arguments a dialect writes as text; what is no JSON stays the text it was. */
export function parsedArgs(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
