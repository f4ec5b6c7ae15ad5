import type { CallEvent } from '../../model/call-event.ts';
import { type JsonObject, stringMember } from '../../model/json.ts';
import type { Signature } from '../../model/signature.ts';
import { wrapInput } from './custom-input.ts';

interface OpenUse {
  readonly id: string;
  hasArguments: boolean;
  isEnded: boolean;
}

/**
 * Reads calls of tools. A function's arguments come in pieces; the text of a free-form tool becomes the
 * arguments of a function, and waits until it is whole.
 */
export class ToolUseReader {
  /** The tool use each item became. */
  readonly #uses = new Map<string, OpenUse>();
  hasUsed = false;
  #signature: Signature | undefined;

  /** What was carried in front of a call is the signature of the next. */
  sign(signature: Signature): CallEvent[] {
    this.#signature = signature;
    return [];
  }

  start(item: string, wire: JsonObject): CallEvent[] {
    if (this.#uses.has(item)) return [];
    // `id` names the item, `call_id` the call that a result will refer to; sloppy servers send one of them.
    const id = stringMember(wire, 'call_id') || stringMember(wire, 'id') || `call_${item}`;
    this.#uses.set(item, { id, hasArguments: false, isEnded: false });
    this.hasUsed = true;
    const signature = this.#signature;
    this.#signature = undefined;
    const start = { type: 'tool-use-start', choice: 0, id, name: stringMember(wire, 'name') ?? '' } as const;
    return [signature === undefined ? start : { ...start, signature }];
  }

  /** Arguments before their item is known are left to `output_item.done`, which holds all of them. */
  add(item: string, text: string | undefined): CallEvent[] {
    const use = this.#uses.get(item);
    if (use === undefined || use.isEnded || !text) return [];
    use.hasArguments = true;
    return [{ type: 'tool-use-delta', choice: 0, id: use.id, arguments: text }];
  }

  addOwed(item: string, whole: string | undefined): CallEvent[] {
    return this.#uses.get(item)?.hasArguments ? [] : this.add(item, whole);
  }

  finish(item: string, wire: JsonObject): CallEvent[] {
    const whole = wire['type'] === 'custom_tool_call' ? wrapInput(wire) : stringMember(wire, 'arguments');
    return [...this.start(item, wire), ...this.addOwed(item, whole), ...this.#end(item)];
  }

  forget(item: string): void {
    this.#uses.delete(item);
  }

  #end(item: string): CallEvent[] {
    const use = this.#uses.get(item);
    if (use === undefined || use.isEnded) return [];
    use.isEnded = true;
    return [{ type: 'tool-use-end', choice: 0, id: use.id }];
  }
}
