import type { CallEvent } from '../../model/call-event.ts';
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

/** Writes a stream as Ollama does: a JSON object a line, tool calls whole, counts and times in the last one. */
export class LineWriter implements FrameWriter {
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
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        return this.#say({ content: event.text });
      case 'thinking-delta':
        return this.#say({ content: '', thinking: event.text });
      case 'logprobs':
        this.#tokens.hold(event);
        return '';
      case 'tool-use-start':
        this.#toolUses.start(event);
        return '';
      case 'tool-use-delta':
        this.#toolUses.delta(event);
        return '';
      case 'tool-use-end':
        return this.#call(this.#toolUses.take(event.id));
      case 'choice-end':
        this.#closing.choiceEnd(event);
        return this.#call(this.#toolUses.takeAll());
      case 'usage':
        this.#closing.usage(event);
        return '';
      case 'model-loaded':
        this.#closing.modelLoaded(event);
        return '';
      case 'answer-end':
        return this.#end();
      default:
        warnOfUnsayable(event, this.#context.warnings);
        return '';
    }
  }

  fail(error: GatewayError): string {
    this.#isOver = true;
    return errorLine(error);
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
