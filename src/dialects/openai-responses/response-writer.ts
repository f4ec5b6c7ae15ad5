import type { CallEvent, EventHandlers, EventOf, FinishReason } from '../../model/call-event.ts';
import { stringMember } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { WriterContext } from '../dialect.ts';
import { HeldTokens } from '../logprobs-family/held-tokens.ts';
import { writeIncompleteReason } from './finish-reason.ts';
import { wantsLogprobs } from './include.ts';
import { ItemIds } from './item-ids.ts';
import { OutputItems } from './output-items.ts';
import { pictureOf, pictureOfUrl } from './picture.ts';
import { type ResponseState, writeResponse } from './response-object.ts';
import { ThoughtsWriter } from './thoughts-writer.ts';
import { writeResponsesUsage } from './usage.ts';
import type { WireEvent, WireResponse } from './wire.ts';

/** What is done for each kind of event. */
type Handlers = EventHandlers<ResponseWriter, WireEvent[]>;

/**
 * Folds events into a response, telling the stream events of each step on the way. The frame writer sends
 * them; the whole writer throws them away and keeps the response.
 *
 * The Responses API knows one answer per call, so only choice 0 is written.
 */
export class ResponseWriter {
  /** Vectors have no place in this dialect; an error is the frame writer's to tell. */
  static readonly #handlers: Handlers = {
    'refusal-delta': (writer, event) => writer.#say('refusal', event.text),
    logprobs: (writer, event) => writer.#holdTokens(event),
    'thinking-delta': (writer, event) => writer.#think(event.text),
    'thinking-end': (writer, event) => writer.#thoughts.end(event.signature),
    'redacted-thinking': (writer, event) => writer.#thoughts.sign(event.signature, 'redacted-thinking'),
    'tool-use-start': (writer, event) => writer.#startToolUse(event),
    'tool-use-delta': (writer, event) => writer.#addArguments(event),
    'tool-use-end': (writer, event) => writer.#items.endToolUse(event.id),
    image: (writer, event) => writer.#items.show(pictureOf(event)),
    'image-url': (writer, event) => writer.#showUrl(event),
    usage: (writer, event) => writer.#keepUsage(event.usage),
    'choice-end': (writer, event) => writer.#endChoice(event.reason),
    'answer-end': (writer) => writer.#end(),
  };

  readonly #context: WriterContext;
  readonly #ids: ItemIds;
  readonly #items: OutputItems;
  readonly #thoughts: ThoughtsWriter;
  readonly #tokens = new HeldTokens();
  #isStarted = false;
  #usage: Usage | undefined;
  #reason: FinishReason = 'stop';
  #hasRefused = false;

  constructor(context: WriterContext) {
    this.#context = context;
    this.#ids = new ItemIds(context.requestId);
    this.#items = new OutputItems(this.#ids, context.request);
    this.#thoughts = new ThoughtsWriter(this.#items, context.request);
  }

  push(event: CallEvent): WireEvent[] {
    if ('choice' in event && event.choice !== 0) return [];
    return this.#isStarted ? this.#step(event) : [...this.#start(), ...this.#step(event)];
  }

  /** The response as it stands once everything was pushed. */
  get response(): WireResponse {
    return this.#response(this.#endState());
  }

  /** The response as it broke off, for a failure to go on from: its items keep what was said in them. */
  breakOff(): WireResponse {
    this.#items.closeAll('incomplete');
    return this.#response({ status: 'in_progress', output: this.#items.wire });
  }

  #step(event: CallEvent): WireEvent[] {
    // Most events are text, and a look into the table would cost the whole form a good part of its time.
    if (event.type === 'text-delta') return this.#say('output_text', event.text);
    return this.#handle(event) ?? [];
  }

  #handle<T extends CallEvent['type']>(event: EventOf<T> & { readonly type: T }): WireEvent[] | undefined {
    return ResponseWriter.#handlers[event.type]?.(this, event);
  }

  #start(): WireEvent[] {
    this.#isStarted = true;
    const response = this.#response({ status: 'in_progress', output: [] });
    return [
      { type: 'response.created', response },
      { type: 'response.in_progress', response },
    ];
  }

  #say(type: 'output_text' | 'refusal', text: string): WireEvent[] {
    this.#hasRefused ||= type === 'refusal' && text !== '';
    return text === '' ? [] : this.#items.say(type, text, this.#tokens.take(0));
  }

  /** They are for those who asked for them. */
  #holdTokens(event: EventOf<'logprobs'>): WireEvent[] {
    if (wantsLogprobs(this.#context.request)) this.#tokens.hold(event);
    return [];
  }

  /** The tokens of thoughts have no place. */
  #think(text: string): WireEvent[] {
    this.#tokens.take(0);
    return this.#thoughts.think(text);
  }

  /** A call has no place for a signature; it goes in front, as reasoning, and comes back from there (T15). */
  #startToolUse({ id, name, signature }: EventOf<'tool-use-start'>): WireEvent[] {
    const signed = signature === undefined ? [] : this.#thoughts.sign(signature, 'tool-use');
    return [...signed, ...this.#items.startToolUse(id, name)];
  }

  #addArguments({ id, arguments: text }: EventOf<'tool-use-delta'>): WireEvent[] {
    return text === '' ? [] : this.#items.addArguments(id, text);
  }

  /** A picture that is only pointed to cannot be told: the item holds the bytes. */
  #showUrl(event: EventOf<'image-url'>): WireEvent[] {
    const picture = pictureOfUrl(event);
    if (picture !== undefined) return this.#items.show(picture);
    this.#context.warnings.dropped('image_url', 'only_inline_images');
    return [];
  }

  #keepUsage(usage: Usage): WireEvent[] {
    this.#usage = usage;
    return [];
  }

  /** A refusal is told by its words; without any, the answer would look complete (protocols 10.8). */
  #endChoice(reason: FinishReason): WireEvent[] {
    this.#reason = reason === 'refusal' && !this.#hasRefused ? 'content-filter' : reason;
    this.#items.addTokens(this.#tokens.take(0));
    return this.#closeItems();
  }

  #closeItems(): WireEvent[] {
    return this.#items.closeAll(
      writeIncompleteReason(this.#reason) === undefined ? 'completed' : 'incomplete',
    );
  }

  #end(): WireEvent[] {
    const closed = this.#closeItems();
    this.#rememberItems();
    const state = this.#endState();
    return [...closed, { type: `response.${state.status}`, response: this.#response(state) }];
  }

  /** `store` is true unless a client says otherwise, and the Vercel AI SDK then only names what it was answered. */
  #rememberItems(): void {
    const { remember, request } = this.#context;
    if (remember === undefined || request['store'] === false) return;
    for (const item of this.#items.wire) remember(stringMember(item, 'id') ?? '', item);
  }

  #endState(): Omit<ResponseState, 'id'> {
    const incompleteReason = writeIncompleteReason(this.#reason);
    return {
      status: incompleteReason === undefined ? 'completed' : 'incomplete',
      output: this.#items.wire,
      incompleteReason,
      usage: this.#writeUsage(),
    };
  }

  /** The schema wants the object even where nobody counted; that its zeros are none is told (protocols 10.7). */
  #writeUsage() {
    if (this.#usage === undefined) this.#context.warnings.estimated('usage', 'not_told_by_backend');
    return writeResponsesUsage(this.#usage);
  }

  #response(state: Omit<ResponseState, 'id'>): WireResponse {
    return writeResponse(this.#context, { id: this.#ids.response, ...state });
  }
}
