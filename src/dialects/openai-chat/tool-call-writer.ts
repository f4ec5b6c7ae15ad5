import type { EventOf } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { customToolNames, unwrapInput } from './custom-tools.ts';
import { wantsOldForm } from './old-form.ts';
import { writeThoughtSignature } from './thought-signature.ts';
import type { WireDelta, WireToolCallDelta } from './wire.ts';

/** In which form this client knows tool calls. */
export interface ToolForm {
  /** The client sent `functions`, and reads its answer in that form only. */
  readonly isOld: boolean;
  /** The free-form tools it declared. */
  readonly customNames: ReadonlySet<string>;
}

export function toolFormOf(request: JsonObject): ToolForm {
  return { isOld: wantsOldForm(request), customNames: customToolNames(request) };
}

interface Call {
  readonly id: string;
  readonly isCustom: boolean;
  /** The JSON so far of a free-form tool, whose text can only be told when it is whole. */
  wrapped: string;
  /** Have any arguments been told? */
  isTold: boolean;
}

/** Writes the tool calls of one choice as deltas: a call's place is its index (protocols T9). */
export class ToolCallWriter {
  readonly #form: ToolForm;
  readonly #warnings: Warnings;
  readonly #calls: Call[] = [];

  constructor(form: ToolForm, warnings: Warnings) {
    this.#form = form;
    this.#warnings = warnings;
  }

  start(event: EventOf<'tool-use-start'>): WireDelta | undefined {
    const { id, name } = event;
    const isCustom = this.#form.customNames.has(name);
    const index = this.#calls.push({ id, isCustom, wrapped: '', isTold: false }) - 1;
    if (this.#form.isOld) return this.#oldForm(index, { name, arguments: '' });
    if (isCustom) return asDelta({ index, id, type: 'custom', custom: { name, input: '' } });
    const called = { name, arguments: '' };
    return asDelta({
      index,
      id,
      type: 'function',
      function: called,
      ...writeThoughtSignature(event.signature),
    });
  }

  more({ id, arguments: text }: EventOf<'tool-use-delta'>): WireDelta | undefined {
    const index = this.#calls.findLastIndex((call) => call.id === id);
    const call = this.#calls[index];
    if (call === undefined) return undefined;
    if (call.isCustom) {
      call.wrapped += text;
      return undefined;
    }
    call.isTold ||= text !== '';
    return this.#arguments(index, text);
  }

  /** One call is whole: what is still to be told of it. */
  end(id: string): WireDelta[] {
    return this.#calls.flatMap((call, index) => (call.id === id ? this.#owed(call, index) : []));
  }

  /** So is every call; or, if `isWhole` is false, what there is of them. */
  endAll(isWhole: boolean): WireDelta[] {
    return this.#calls.flatMap((call, index) => (isWhole || call.isCustom ? this.#owed(call, index) : []));
  }

  /** The text of a free-form tool; the empty object of a function without arguments, for clients parse them (protocols T10). */
  #owed(call: Call, index: number): WireDelta[] {
    if (call.isTold) return [];
    call.isTold = true;
    if (call.isCustom) return [asDelta({ index, custom: { input: unwrapInput(call.wrapped) } })];
    const delta = this.#arguments(index, '{}');
    return delta === undefined ? [] : [delta];
  }

  #arguments(index: number, text: string): WireDelta | undefined {
    if (this.#form.isOld) return this.#oldForm(index, { arguments: text });
    return asDelta({ index, function: { arguments: text } });
  }

  /** The old form holds one call; a second has nowhere to go. */
  #oldForm(index: number, call: NonNullable<WireDelta['function_call']>): WireDelta | undefined {
    if (index === 0) return { function_call: call };
    this.#warnings.dropped('function_call', 'only_one_in_this_form');
    return undefined;
  }
}

function asDelta(call: WireToolCallDelta): WireDelta {
  return { tool_calls: [call] };
}
