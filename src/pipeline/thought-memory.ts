import type { GenerationCall, Message, Part, PartOf } from '../model/call.ts';
import type { CallEvent } from '../model/call-event.ts';
import type { Signature } from '../model/signature.ts';
import { BoundedMemory } from './bounded-memory.ts';

/** What a model thought before it used a tool, with the proofs it wants back. */
interface Thoughts {
  readonly before: readonly Part[];
  readonly ofToolUse: Signature | undefined;
}

/** Thoughts before one tool use that are longer, with their proofs, are not kept: two hundred thousand tokens. */
const SIZE_MAX = 1024 * 1024;

/**
 * Most clients of most dialects have no place for another provider's signatures, and providers refuse a tool's
 * result whose thoughts came back without them (protocols 10.6, T15, T16). So what was signed is kept here by the
 * id of the tool use, which every client must send back; bounded, and apart for each app. Where it was forgotten
 * (a restart, another replica), dialects know how to do without.
 */
export class ThoughtMemory {
  readonly #thoughts = new BoundedMemory<Thoughts>({ thingsMax: 2_000, bytesMax: 32 * 1024 * 1024 });

  /** Listens to the events of one answer to this app. */
  keeper(appId: string): ThoughtKeeper {
    return new ThoughtKeeper((toolUseId, thoughts) =>
      this.#thoughts.keep(appId, toolUseId, thoughts, sizeOf(thoughts)),
    );
  }

  /** The call with what the client could not send back. The very same call where nothing is missing. */
  restore(call: GenerationCall, appId: string): GenerationCall {
    if (this.#thoughts.isEmpty || !call.messages.some(usesTools)) return call;
    return { ...call, messages: call.messages.map((message) => this.#restored(message, appId)) };
  }

  #restored(message: Message, appId: string): Message {
    if (!usesTools(message)) return message;
    const parts = message.parts.map((part) => (part.type === 'tool-use' ? this.#signed(part, appId) : part));
    const before = this.#thoughtsBefore(message, appId);
    if (before.length === 0 || parts.some(isSignedThought)) return { ...message, parts };
    return { ...message, parts: [...before, ...parts.filter((part) => part.type !== 'thinking')] };
  }

  #signed(part: PartOf<'tool-use'>, appId: string): Part {
    const signature = part.signature ?? this.#thoughts.find(appId, part.id)?.ofToolUse;
    return signature === undefined ? part : { ...part, signature };
  }

  #thoughtsBefore(message: Message, appId: string): readonly Part[] {
    const first = message.parts.find((part) => part.type === 'tool-use');
    return first === undefined ? [] : (this.#thoughts.find(appId, first.id)?.before ?? []);
  }
}

type Keep = (toolUseId: string, thoughts: Thoughts) => void;

/** Hears one answer and hands over what was signed, tool use by tool use; several choices may speak by turns. */
export class ThoughtKeeper {
  readonly #keep: Keep;
  readonly #choices = new Map<number, ChoiceThoughts>();

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  take(event: CallEvent): void {
    if (event.type === 'thinking-delta') this.#of(event.choice).think(event.text);
    else if (event.type === 'thinking-end') this.#of(event.choice).endThinking(event.signature);
    else if (event.type === 'redacted-thinking') this.#of(event.choice).redacted(event.signature);
    else if (event.type === 'tool-use-start') this.#of(event.choice).useTool(event.id, event.signature);
  }

  #of(choice: number): ChoiceThoughts {
    const known = this.#choices.get(choice);
    if (known !== undefined) return known;
    const thoughts = new ChoiceThoughts(this.#keep);
    this.#choices.set(choice, thoughts);
    return thoughts;
  }
}

/** What one choice has thought since its last use of a tool. */
class ChoiceThoughts {
  readonly #keep: Keep;
  #before: Part[] = [];
  #text = '';
  #size = 0;
  #hasSignature = false;
  /** Some of it is not here, and providers refuse an incomplete set as they refuse none. */
  #isCutShort = false;

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  think(text: string): void {
    this.#grow(text.length);
    if (!this.#isCutShort) this.#text += text;
  }

  endThinking(signature: Signature | undefined): void {
    this.#add({ type: 'thinking', text: this.#text, signature }, signature);
    this.#text = '';
  }

  redacted(signature: Signature): void {
    this.#add({ type: 'redacted-thinking', signature }, signature);
  }

  #add(part: Part, signature: Signature | undefined): void {
    this.#grow(signature?.value.length ?? 0);
    if (!this.#isCutShort) this.#before.push(part);
    this.#hasSignature ||= signature !== undefined;
  }

  /** What is too long is let go at once, and not heard to its end. */
  #grow(length: number): void {
    this.#size += length;
    if (this.#size <= SIZE_MAX) return;
    this.#isCutShort = true;
    this.#before = [];
    this.#text = '';
  }

  /** Thoughts stand before the first of several tool uses only. */
  useTool(id: string, ofToolUse: Signature | undefined): void {
    const isSigned = this.#hasSignature || ofToolUse !== undefined;
    if (isSigned && !this.#isCutShort) this.#keep(id, { before: this.#before, ofToolUse });
    this.#before = [];
    this.#size = 0;
    this.#hasSignature = false;
    this.#isCutShort = false;
  }
}

function usesTools(message: Message): boolean {
  return message.role === 'assistant' && message.parts.some((part) => part.type === 'tool-use');
}

function isSignedThought(part: Part): boolean {
  return part.type === 'redacted-thinking' || (part.type === 'thinking' && part.signature !== undefined);
}

/** About what they take: texts and proofs, and a little for the rest. */
function sizeOf({ before, ofToolUse }: Thoughts): number {
  let size = 100 + (ofToolUse?.value.length ?? 0);
  for (const part of before) {
    if (part.type === 'thinking') size += part.text.length + (part.signature?.value.length ?? 0);
    if (part.type === 'redacted-thinking') size += part.signature.value.length;
  }
  return size;
}
