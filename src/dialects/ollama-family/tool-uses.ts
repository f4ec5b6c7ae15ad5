import type { EventOf } from '../../model/call-event.ts';
import type { Warnings } from '../../model/warnings.ts';
import { writeArguments } from './tool-arguments.ts';
import type { WireToolCall } from './wire.ts';

interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly index: number;
  arguments: string;
}

/** Tool uses in the making: this wire knows them only whole, with their arguments parsed. */
export class ToolUses {
  readonly #warnings: Warnings;
  #open: ToolUse[] = [];
  #count = 0;

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  start({ id, name }: EventOf<'tool-use-start'>): void {
    this.#open.push({ id, name, index: this.#count++, arguments: '' });
  }

  delta({ id, arguments: text }: EventOf<'tool-use-delta'>): void {
    const use = this.#open.findLast((one) => one.id === id);
    if (use !== undefined) use.arguments += text;
  }

  /** The one of this id, finished. */
  take(id: string): readonly WireToolCall[] {
    const use = this.#open.findLast((one) => one.id === id);
    this.#open = this.#open.filter((one) => one !== use);
    return use === undefined ? [] : [this.#write(use)];
  }

  /** All whose end was never told. */
  takeAll(): readonly WireToolCall[] {
    const uses = this.#open;
    this.#open = [];
    return uses.map((use) => this.#write(use));
  }

  #write({ id, name, index, arguments: text }: ToolUse): WireToolCall {
    const param = `message.tool_calls[${index}]`;
    return { id, function: { index, name, arguments: writeArguments(text, param, this.#warnings) } };
  }
}
