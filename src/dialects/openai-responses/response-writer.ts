import type { CallEvent, FinishReason } from '../../model/call-event.ts';
import { objectMember } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { WriterContext } from '../dialect.ts';
import { writeIncompleteReason } from './finish-reason.ts';
import { ItemIds } from './item-ids.ts';
import { OutputItems } from './output-items.ts';
import { type ResponseState, writeResponse } from './response-object.ts';
import { writeResponsesUsage } from './usage.ts';
import type { WireEvent, WireResponse } from './wire.ts';

/**
 * Folds events into a response, telling the stream events of each step on the way. The frame writer sends
 * them; the whole writer throws them away and keeps the response.
 *
 * The Responses API knows one answer per call, so only choice 0 is written.
 */
export class ResponseWriter {
  readonly #context: WriterContext;
  readonly #ids: ItemIds;
  readonly #items: OutputItems;
  readonly #showsThinking: boolean;
  #isStarted = false;
  #usage: Usage | undefined;
  #reason: FinishReason = 'stop';

  constructor(context: WriterContext) {
    this.#context = context;
    this.#ids = new ItemIds(context.requestId);
    this.#items = new OutputItems(this.#ids, context.request);
    this.#showsThinking = asksForSummary(context);
  }

  push(event: CallEvent): WireEvent[] {
    if ('choice' in event && event.choice !== 0) return [];
    const start = this.#start();
    return start.length === 0 ? this.#step(event) : [...start, ...this.#step(event)];
  }

  /** The response as it stands once everything was pushed. */
  get response(): WireResponse {
    return this.#response(this.#endState());
  }

  /** The response as it stands in the middle of the stream, for a failure to go on from. */
  get unfinished(): WireResponse {
    return this.#response({ status: 'in_progress', output: this.#items.wire });
  }

  #step(event: CallEvent): WireEvent[] {
    switch (event.type) {
      case 'text-delta':
        return this.#say('output_text', event.text);
      case 'refusal-delta':
        return this.#say('refusal', event.text);
      case 'thinking-delta':
        return this.#think(event.text);
      case 'tool-use-start':
        return this.#items.startToolUse(event.id, event.name);
      case 'tool-use-delta':
        return event.arguments === '' ? [] : this.#items.addArguments(event.id, event.arguments);
      case 'usage':
        return this.#keepUsage(event.usage);
      case 'choice-end':
        return this.#endChoice(event.reason);
      case 'answer-end':
        return this.#end();
      default:
        // Vectors and images have no place in this dialect; an error is the frame writer's to tell.
        return [];
    }
  }

  #start(): WireEvent[] {
    if (this.#isStarted) return [];
    this.#isStarted = true;
    const response = this.#response({ status: 'in_progress', output: [] });
    return [
      { type: 'response.created', response },
      { type: 'response.in_progress', response },
    ];
  }

  #say(type: 'output_text' | 'refusal', text: string): WireEvent[] {
    return text === '' ? [] : this.#items.say(type, text);
  }

  #think(text: string): WireEvent[] {
    return text === '' || !this.#showsThinking ? [] : this.#items.think(text);
  }

  #keepUsage(usage: Usage): WireEvent[] {
    this.#usage = usage;
    return [];
  }

  #endChoice(reason: FinishReason): WireEvent[] {
    this.#reason = reason;
    return this.#closeItems();
  }

  #closeItems(): WireEvent[] {
    return this.#items.closeAll(
      writeIncompleteReason(this.#reason) === undefined ? 'completed' : 'incomplete',
    );
  }

  #end(): WireEvent[] {
    const closed = this.#closeItems();
    const state = this.#endState();
    return [...closed, { type: `response.${state.status}`, response: this.#response(state) }];
  }

  #endState(): Omit<ResponseState, 'id'> {
    const incompleteReason = writeIncompleteReason(this.#reason);
    return {
      status: incompleteReason === undefined ? 'completed' : 'incomplete',
      output: this.#items.wire,
      incompleteReason,
      usage: writeResponsesUsage(this.#usage),
    };
  }

  #response(state: Omit<ResponseState, 'id'>): WireResponse {
    return writeResponse(this.#context, { id: this.#ids.response, ...state });
  }
}

/** A client that does not ask for a summary does not want the text of the reasoning (protocols 10.6). */
function asksForSummary(context: WriterContext): boolean {
  const reasoning = objectMember(context.request, 'reasoning');
  return typeof (reasoning?.['summary'] ?? reasoning?.['generate_summary']) === 'string';
}
