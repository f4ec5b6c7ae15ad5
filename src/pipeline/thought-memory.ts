import type { GenerationCall, Message, Part, PartOf } from '../model/call.ts';
import type { CallEvent } from '../model/call-event.ts';
import type { Signature } from '../model/signature.ts';

/** What a model thought before it used a tool, with the proofs it wants back. */
interface Thoughts {
  readonly before: readonly Part[];
  readonly ofToolUse: Signature | undefined;
}

/** Answers that are still being talked about; the oldest is forgotten first. */
const KEPT_MAX = 2_000;
/** Thoughts longer than this are not kept: a hundred thousand tokens. */
const TEXT_MAX = 512 * 1024;

/**
 * Most clients of most dialects have no place for another provider's signatures, and providers refuse a tool's
 * result whose thoughts came back without them (protocols 10.6, T15, T16). So what was signed is kept here by the
 * id of the tool use, which every client must send back; bounded, and apart for each app. Where it was forgotten
 * (a restart, another replica), dialects know how to do without.
 */
export class ThoughtMemory {
  readonly #kept = new Map<string, Thoughts>();

  /** Listens to the events of one answer to this app. */
  keeper(appId: string): ThoughtKeeper {
    return new ThoughtKeeper((toolUseId, thoughts) => this.#keep(keyOf(appId, toolUseId), thoughts));
  }

  /** The call with what the client could not send back. The very same call where nothing is missing. */
  restore(call: GenerationCall, appId: string): GenerationCall {
    if (this.#kept.size === 0 || !call.messages.some(usesTools)) return call;
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
    const signature = part.signature ?? this.#kept.get(keyOf(appId, part.id))?.ofToolUse;
    return signature === undefined ? part : { ...part, signature };
  }

  #thoughtsBefore(message: Message, appId: string): readonly Part[] {
    const first = message.parts.find((part) => part.type === 'tool-use');
    return first === undefined ? [] : (this.#kept.get(keyOf(appId, first.id))?.before ?? []);
  }

  #keep(key: string, thoughts: Thoughts): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(key, thoughts);
  }
}

/** Hears one answer and hands over what was signed, tool use by tool use. */
export class ThoughtKeeper {
  readonly #keep: (toolUseId: string, thoughts: Thoughts) => void;
  #before: Part[] = [];
  #text = '';
  #hasSignature = false;

  constructor(keep: (toolUseId: string, thoughts: Thoughts) => void) {
    this.#keep = keep;
  }

  take(event: CallEvent): void {
    if (event.type === 'thinking-delta') this.#think(event.text);
    else if (event.type === 'thinking-end') this.#endThinking(event.signature);
    else if (event.type === 'redacted-thinking') this.#redacted(event.signature);
    else if (event.type === 'tool-use-start') this.#toolUse(event.id, event.signature);
  }

  #think(text: string): void {
    if (this.#text.length < TEXT_MAX) this.#text += text;
  }

  #endThinking(signature: Signature | undefined): void {
    if (this.#text.length < TEXT_MAX) this.#before.push({ type: 'thinking', text: this.#text, signature });
    this.#hasSignature ||= signature !== undefined;
    this.#text = '';
  }

  #redacted(signature: Signature): void {
    this.#before.push({ type: 'redacted-thinking', signature });
    this.#hasSignature = true;
  }

  #toolUse(id: string, ofToolUse: Signature | undefined): void {
    if (this.#hasSignature || ofToolUse !== undefined) this.#keep(id, { before: this.#before, ofToolUse });
    // Thoughts stand before the first of several tool uses only.
    this.#before = [];
    this.#hasSignature = false;
  }
}

function usesTools(message: Message): boolean {
  return message.role === 'assistant' && message.parts.some((part) => part.type === 'tool-use');
}

function isSignedThought(part: Part): boolean {
  return part.type === 'redacted-thinking' || (part.type === 'thinking' && part.signature !== undefined);
}

function keyOf(appId: string, toolUseId: string): string {
  return `${appId} ${toolUseId}`;
}
