import type { Fold } from '../folds/fold.ts';
import { foldAnswer } from '../folds/fold-answer.ts';
import { errorAt } from '../folds/loose.ts';
import type { WireFormat } from '../recording.ts';
import type { Framing } from './framing.ts';

/** One way to ask the gateway: a path, a body, and how the answer comes. */
export interface Front {
  readonly name: string;
  readonly dialect: WireFormat;
  readonly form: 'whole' | 'stream';
  readonly framing: Framing;
  path(model: string): string;
  body(model: string, toolNames: readonly string[]): object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a client of a front got, as strictly read as its official library reads it. */
export interface Heard {
  readonly status: number;
  readonly fold: Fold;
  readonly payloads: readonly unknown[];
  /** What the framing itself did wrong: an end mark missing, an event no library would see. */
  readonly faults: readonly string[];
  /** Under which the ledger has it. */
  readonly requestId: string;
}

export interface AskedGateway {
  readonly baseUrl: string;
  readonly key: string;
}

export async function askFront(
  front: Front,
  gateway: AskedGateway,
  model: string,
  toolNames: readonly string[] = [],
): Promise<Heard> {
  const response = await fetch(gateway.baseUrl + front.path(model), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${gateway.key}`,
      'content-type': 'application/json',
      ...front.headers,
    },
    body: JSON.stringify(front.body(model, toolNames)),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await textOf(response);
  const requestId = response.headers.get('x-request-id') ?? '';
  if (!response.ok) return { ...refused(text), status: response.status, requestId };
  const { payloads, faults } = front.framing(text, response.headers.get('content-type') ?? '');
  const fold = foldAnswer(front.dialect, front.form, payloads);
  return { status: response.status, fold, payloads, faults, requestId };
}

/** A connection that breaks is one more way to say that an answer is not whole. */
async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  } catch {
    return text;
  }
  return text + decoder.decode();
}

function refused(text: string): Pick<Heard, 'fold' | 'payloads' | 'faults'> {
  const fold = foldAnswer('openai-chat', 'whole', []);
  const body = parsed(text);
  const words = errorAt(body);
  return {
    fold: { ...fold, error: words ?? 'a refusal without words' },
    payloads: [body],
    faults: words ? [] : ['the body of the refusal says nothing'],
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
