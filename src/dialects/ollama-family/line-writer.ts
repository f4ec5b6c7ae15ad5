import type { CallEvent, EventHandlers, EventOf } from '../../model/call-event.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { FrameWriter, WriterContext } from '../dialect.ts';
import { HeldTokens } from '../logprobs-family/held-tokens.ts';
import type { AnswerForm } from './answer-form.ts';
import { answerHead } from './answer-head.ts';
import { Closing } from './closing.ts';
import { errorLine } from './error-envelope.ts';
import { ToolUses } from './tool-uses.ts';
import { isFurtherAnswer, warnOfUnsayable } from './unsayable.ts';
import type { WireLogprobs, WireSaid, WireToolCall } from './wire.ts';
import { writeLogprobs } from './write-logprobs.ts';

/** What is done for each kind of event. */
type Handlers = EventHandlers<LineWriter, string>;

/** Writes a stream as Ollama does: a JSON object a line, tool calls whole, counts and times in the last one. */
export class LineWriter implements FrameWriter {
  static readonly #handlers: Handlers = {
    'text-delta': (writer, event) => writer.#text(event),
    'refusal-delta': (writer, event) => writer.#text(event),
    'thinking-delta': (writer, event) => writer.#thinking(event),
    logprobs: (writer, event) => writer.#hold(event),
    'tool-use-start': (writer, event) => writer.#toolStart(event),
    'tool-use-delta': (writer, event) => writer.#toolDelta(event),
    'tool-use-end': (writer, event) => writer.#toolEnd(event),
    'choice-end': (writer, event) => writer.#choiceEnd(event),
    usage: (writer, event) => writer.#usage(event),
    'model-loaded': (writer, event) => writer.#modelLoaded(event),
    'answer-end': (writer) => writer.#end(),
  };

  readonly #form: AnswerForm;
  readonly #context: WriterContext;
  readonly #head: string;
  readonly #closing: Closing;
  readonly #toolUses: ToolUses;
  readonly #tokens = new HeldTokens();
  #isOver = false;

  constructor(form: AnswerForm, context: WriterContext) {
    this.#form = form;
    this.#context = context;
    // The same in every line, so it is written once; what follows is never empty.
    this.#head = `${JSON.stringify(answerHead(context)).slice(0, -1)},`;
    this.#closing = new Closing(context);
    this.#toolUses = new ToolUses(context.warnings);
  }

  push(event: CallEvent): string {
    if (this.#isOver || isFurtherAnswer(event, this.#context.warnings)) return '';
    return this.#handle(event) ?? this.#unsayable(event);
  }

  fail(error: GatewayError): string {
    this.#isOver = true;
    return errorLine(error);
  }

  #handle<T extends CallEvent['type']>(event: EventOf<T> & { readonly type: T }): string | undefined {
    return LineWriter.#handlers[event.type]?.(this, event);
  }

  #text({ text }: EventOf<'text-delta' | 'refusal-delta'>): string {
    return this.#say({ content: text });
  }

  #thinking({ text }: EventOf<'thinking-delta'>): string {
    return this.#say({ content: '', thinking: text });
  }

  #hold(event: EventOf<'logprobs'>): string {
    this.#tokens.hold(event);
    return '';
  }

  #toolStart(event: EventOf<'tool-use-start'>): string {
    this.#toolUses.start(event);
    return '';
  }

  #toolDelta(event: EventOf<'tool-use-delta'>): string {
    this.#toolUses.delta(event);
    return '';
  }

  #toolEnd({ id }: EventOf<'tool-use-end'>): string {
    return this.#call(this.#toolUses.take(id));
  }

  #choiceEnd(event: EventOf<'choice-end'>): string {
    this.#closing.choiceEnd(event);
    return this.#call(this.#toolUses.takeAll());
  }

  #usage(event: EventOf<'usage'>): string {
    this.#closing.usage(event);
    return '';
  }

  #modelLoaded(event: EventOf<'model-loaded'>): string {
    this.#closing.modelLoaded(event);
    return '';
  }

  #unsayable(event: CallEvent): string {
    warnOfUnsayable(event, this.#context.warnings);
    return '';
  }

  #say(said: WireSaid): string {
    this.#closing.said();
    return this.#line({ ...this.#form.members(said), done: false, ...this.#logprobs() });
  }

  #call(calls: readonly WireToolCall[]): string {
    return calls.length === 0 ? '' : this.#say({ content: '', tool_calls: calls });
  }

  #end(): string {
    const calls = this.#call(this.#toolUses.takeAll());
    this.#isOver = true;
    const members = { ...this.#form.members({ content: '' }), ...this.#closing.members() };
    return calls + this.#line({ ...members, ...this.#logprobs() });
  }

  /** What is known of the tokens goes with the next line, whatever it says. */
  #logprobs(): WireLogprobs {
    return writeLogprobs(this.#tokens.take(0));
  }

  #line(members: JsonObject): string {
    return `${this.#head}${JSON.stringify(members).slice(1)}\n`;
  }
}
