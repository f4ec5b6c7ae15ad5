import type { Message, Part, PartOf } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import type { CallIds } from './call-ids.ts';
import { writeCarried } from './carried-signature.ts';

/**
 * One turn of the assistant as the items it is made of, in order: thoughts, messages, calls. Thoughts go back
 * only to who signed them; those of other models are dropped, and nobody misses them (protocols 10.6).
 */
export function writeTurn(message: Message, path: string, ids: CallIds, writing: Writing): JsonObject[] {
  const turn = new TurnWriter(ids, writing);
  message.parts.forEach((part, at) => {
    turn.add(part, `${path}.content[${at}]`);
  });
  return turn.finish();
}

type SaidPart = PartOf<'text' | 'refusal'>;

class TurnWriter {
  readonly #ids: CallIds;
  readonly #writing: Writing;
  readonly #items: JsonObject[] = [];
  /** Texts that stand side by side are one message. */
  #said: SaidPart[] = [];

  constructor(ids: CallIds, writing: Writing) {
    this.#ids = ids;
    this.#writing = writing;
  }

  add(part: Part, path: string): void {
    switch (part.type) {
      case 'text':
      case 'refusal':
        if (part.text !== '') this.#said.push(part);
        break;
      case 'thinking':
      case 'redacted-thinking':
        this.#think(part);
        break;
      case 'tool-use':
        this.#call(part);
        break;
      default:
        this.#writing.warnings.refuse(
          path,
          `"${path}": an answer of the model can only be text for this backend.`,
        );
    }
  }

  finish(): JsonObject[] {
    this.#closeMessage();
    return this.#items;
  }

  #think(part: PartOf<'thinking' | 'redacted-thinking'>): void {
    const text = part.type === 'thinking' ? part.text : '';
    const item = part.signature?.origin === 'openai' ? signed(text, part.signature) : this.#unsigned(text);
    if (item === undefined) return;
    this.#closeMessage();
    this.#items.push(item);
  }

  /** Servers of open models take thoughts back as they are. */
  #unsigned(text: string): JsonObject | undefined {
    if (text === '' || this.#writing.quirks.reasoningBack === 'none') return undefined;
    return { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text }] };
  }

  #call({ id, name, arguments: written }: PartOf<'tool-use'>): void {
    this.#closeMessage();
    const call = { call_id: this.#ids.use(id), name, arguments: written.trim() === '' ? '{}' : written };
    this.#items.push({ type: 'function_call', ...call });
  }

  #closeMessage(): void {
    const said = this.#said;
    this.#said = [];
    if (said.length === 0) return;
    const [first] = said;
    const content = said.length === 1 && first?.type === 'text' ? first.text : said.map(writeSaid);
    this.#items.push({ type: 'message', role: 'assistant', content });
  }
}

/** Without its `rs_` id, which names something stored; nothing was (T18). */
function signed(text: string, signature: NonNullable<PartOf<'thinking'>['signature']>): JsonObject {
  const summary = text === '' ? [] : [{ type: 'summary_text', text }];
  return { type: 'reasoning', summary, encrypted_content: writeCarried(signature, 'thinking') };
}

function writeSaid(part: SaidPart): JsonObject {
  if (part.type === 'refusal') return { type: 'refusal', refusal: part.text };
  return { type: 'output_text', text: part.text, annotations: [] };
}
