import type { CallEvent, EventOf } from '../../model/call-event.ts';
import type { Signature } from '../../model/signature.ts';
import type { WriterContext } from '../dialect.ts';
import { argumentsObject } from '../gemini-family/arguments-object.ts';
import { Fields } from '../gemini-family/fields.ts';
import { writeThoughtSignature } from '../gemini-family/thought-signature.ts';
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

/** Turns events into parts, for whole answers and streams alike. Function calls are held until they are whole (protocols 10.10). */
export class AnswerParts {
  readonly #context: WriterContext;
  readonly #showsThoughts: boolean;
  #open: OpenCall[] = [];

  constructor(context: WriterContext) {
    this.#context = context;
    this.#showsThoughts = wantsThoughts(context);
  }

  take(event: CallEvent): PlacedParts | undefined {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        return { choice: event.choice, parts: event.text === '' ? [] : [{ text: event.text }] };
      case 'thinking-delta':
        return this.#thinking(event);
      case 'thinking-end':
        return this.#thinkingEnd(event);
      case 'redacted-thinking':
        return this.#redacted();
      case 'tool-use-start':
        return this.#toolStart(event);
      case 'tool-use-delta':
        return this.#toolDelta(event);
      case 'tool-use-end':
        return {
          choice: event.choice,
          parts: this.#close((call) => call.id === event.id && call.choice === event.choice),
        };
      case 'choice-end':
        return { choice: event.choice, parts: this.#close((call) => call.choice === event.choice) };
      case 'image':
        return { choice: 0, parts: [{ inlineData: { mimeType: event.mediaType, data: event.base64 } }] };
      case 'image-url':
        return { choice: 0, parts: [{ fileData: { fileUri: event.url } }] };
      default:
        return undefined;
    }
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
