/** The parts of an output item that hold text: which events tell them, and what they are to us. */
export type TextEvent = 'text-delta' | 'refusal-delta' | 'thinking-delta';

/** What counts the parts of an item. */
export type IndexName = 'content_index' | 'summary_index';

export interface PartPlace {
  readonly event: TextEvent;
  readonly item: string;
  readonly name: IndexName;
  readonly index: number;
}

export function placeOf(part: PartPlace): string {
  return `${part.item} ${part.name} ${part.index}`;
}

interface TextKind {
  readonly event: TextEvent;
  readonly index: IndexName;
  /** Does it tell a piece of the part, or all of it once more? */
  readonly isDelta: boolean;
}

const delta = (event: TextEvent, index: IndexName): TextKind => ({ event, index, isDelta: true });
const whole = (event: TextEvent, index: IndexName): TextKind => ({ event, index, isDelta: false });

export const textKinds: ReadonlyMap<string, TextKind> = new Map([
  ['response.output_text.delta', delta('text-delta', 'content_index')],
  ['response.output_text.done', whole('text-delta', 'content_index')],
  ['response.refusal.delta', delta('refusal-delta', 'content_index')],
  ['response.refusal.done', whole('refusal-delta', 'content_index')],
  ['response.reasoning_summary_text.delta', delta('thinking-delta', 'summary_index')],
  ['response.reasoning_summary_text.done', whole('thinking-delta', 'summary_index')],
  ['response.reasoning_text.delta', delta('thinking-delta', 'content_index')],
  ['response.reasoning_text.done', whole('thinking-delta', 'content_index')],
]);

/** The parts inside a whole item, by their own type. */
export const partEvents: ReadonlyMap<string, TextEvent> = new Map<string, TextEvent>([
  ['output_text', 'text-delta'],
  ['text', 'text-delta'],
  ['refusal', 'refusal-delta'],
  ['summary_text', 'thinking-delta'],
  ['reasoning_text', 'thinking-delta'],
]);
