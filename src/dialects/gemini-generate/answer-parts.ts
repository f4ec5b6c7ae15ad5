import type { CallEvent, EventHandlers, EventOf } from '../../model/call-event.ts';
import type { Signature } from '../../model/signature.ts';
import type { WriterContext } from '../dialect.ts';
import { Fields } from '../gemini-family/fields.ts';
import { writeThoughtSignature } from '../gemini-family/thought-signature.ts';
import { argumentsObject } from '../tool-use-family/tool-arguments.ts';
import type { WirePart } from './wire.ts';

/** One or more parts that belong to a choice. */
export interface PlacedParts {
  readonly choice: number;
  readonly parts: readonly WirePart[];
}

interface OpenCall {
  readonly choice: number;
  readonly id: string;
  readonly name: string;
  readonly signature: Signature | undefined;
  arguments: string;
}

/** What is done for each kind of event. */
type Handlers = EventHandlers<AnswerParts, PlacedParts | undefined>;

/** Turns events into parts, for whole answers and streams alike. Function calls are held until they are whole (protocols 10.10). */
export class AnswerParts {
  static readonly #handlers: Handlers = {
    'text-delta': (parts, event) => parts.#text(event),
    'refusal-delta': (parts, event) => parts.#text(event),
    'thinking-delta': (parts, event) => parts.#thinking(event),
    'thinking-end': (parts, event) => parts.#thinkingEnd(event),
    'redacted-thinking': (parts) => parts.#redacted(),
    'tool-use-start': (parts, event) => parts.#toolStart(event),
    'tool-use-delta': (parts, event) => parts.#toolDelta(event),
    'tool-use-end': (parts, event) => parts.#toolEnd(event),
    'choice-end': (parts, event) => parts.#choiceEnd(event),
    image: (parts, event) => parts.#image(event),
    'image-url': (parts, event) => parts.#imageUrl(event),
  };

  readonly #context: WriterContext;
  readonly #showsThoughts: boolean;
  #open: OpenCall[] = [];

  constructor(context: WriterContext) {
    this.#context = context;
    this.#showsThoughts = wantsThoughts(context);
  }

  take<T extends CallEvent['type']>(event: EventOf<T> & { readonly type: T }): PlacedParts | undefined {
    return AnswerParts.#handlers[event.type]?.(this, event);
  }

  #text({ choice, text }: EventOf<'text-delta' | 'refusal-delta'>): PlacedParts {
    return { choice, parts: text === '' ? [] : [{ text }] };
  }

  /** Thoughts are for those who asked for them. */
  #thinking({ choice, text }: EventOf<'thinking-delta'>): PlacedParts | undefined {
    return this.#showsThoughts ? { choice, parts: [{ text, thought: true }] } : undefined;
  }

  /** A signature of others is worth nothing without the thoughts it signs. */
  #thinkingEnd({ choice, signature }: EventOf<'thinking-end'>): PlacedParts | undefined {
    if (signature === undefined) return undefined;
    if (!this.#showsThoughts && signature.origin !== 'gemini') return undefined;
    const thoughtSignature = writeThoughtSignature(signature);
    return { choice, parts: [{ text: '', ...(this.#showsThoughts && { thought: true }), thoughtSignature }] };
  }

  #redacted(): undefined {
    this.#context.warnings.dropped('redacted_thinking');
    return undefined;
  }

  #toolStart({ choice, id, name, signature }: EventOf<'tool-use-start'>): undefined {
    this.#open.push({ choice, id, name, signature, arguments: '' });
    return undefined;
  }

  #toolDelta({ choice, id, arguments: text }: EventOf<'tool-use-delta'>): undefined {
    const call = this.#open.findLast((one) => one.id === id && one.choice === choice);
    if (call !== undefined) call.arguments += text;
    return undefined;
  }

  #toolEnd({ choice, id }: EventOf<'tool-use-end'>): PlacedParts {
    return { choice, parts: this.#close((call) => call.id === id && call.choice === choice) };
  }

  #choiceEnd({ choice }: EventOf<'choice-end'>): PlacedParts {
    return { choice, parts: this.#close((call) => call.choice === choice) };
  }

  #image({ mediaType, base64 }: EventOf<'image'>): PlacedParts {
    return { choice: 0, parts: [{ inlineData: { mimeType: mediaType, data: base64 } }] };
  }

  #imageUrl({ url }: EventOf<'image-url'>): PlacedParts {
    return { choice: 0, parts: [{ fileData: { fileUri: url } }] };
  }

  #close(isMeant: (call: OpenCall) => boolean): WirePart[] {
    const whole = this.#open.filter(isMeant);
    this.#open = this.#open.filter((call) => !isMeant(call));
    return whole.map((call) => this.#functionCall(call));
  }

  #functionCall({ id, name, signature, arguments: text }: OpenCall): WirePart {
    const { value, change } = argumentsObject(text);
    if (change !== undefined) this.#context.warnings.changed('functionCall.args', `arguments_${change}`);
    return {
      functionCall: { id, name, args: value },
      ...(signature && { thoughtSignature: writeThoughtSignature(signature) }),
    };
  }
}

/** The request was read before, so nothing in it is of a wrong type; if it is, thoughts are not shown. */
function wantsThoughts({ request }: WriterContext): boolean {
  try {
    const thinking = new Fields(request).fields('generationConfig')?.fields('thinkingConfig');
    return thinking?.flag('includeThoughts') === true;
  } catch {
    return false;
  }
}
