/** Folds a stream of Anthropic's as its SDK does, and complains as the SDK does (protocols 3.3). */
import { listIn, numberIn, objectIn, stringIn } from '../fake-upstream/json.ts';
import type { StreamedFrame } from '../support/sse-client.ts';

export type Block = Record<string, unknown> & { type: string };

export interface ClaudeAnswer {
  readonly blocks: readonly Block[];
  readonly stopReason: string;
  readonly model: string;
  readonly inputAtStart: number | undefined;
  readonly output: number | undefined;
}

export function claudeAnswer(frames: readonly StreamedFrame[]): ClaudeAnswer {
  const fold = new ClaudeFold();
  for (const { event, data } of frames) {
    const said = objectIn(JSON.parse(data));
    if (event !== said.type) throw new Error(`event ${event} holds a ${said.type}`);
    fold.take(said);
  }
  return fold.answer();
}

type Said = ReturnType<typeof objectIn>;

class ClaudeFold {
  readonly #blocks: Block[] = [];
  #message: Said | undefined;
  #open: Block | undefined;
  #args = '';
  #stopReason = '';
  #output: number | undefined;
  #isOver = false;

  take(said: Said): void {
    if (this.#isOver) throw new Error(`${said.type} behind the end`);
    const type = stringIn(said.type);
    if (type === 'ping') return;
    if (type === 'error') throw new Error(`error: ${JSON.stringify(said.error)}`);
    if (type === 'message_start') this.#start(objectIn(said.message));
    else if (this.#message === undefined) throw new Error(`${type} before message_start`);
    if (type === 'content_block_start') this.#begin(said);
    if (type === 'content_block_delta') this.#grow(said);
    if (type === 'content_block_stop') this.#finish(said);
    if (type === 'message_delta') this.#delta(said);
    if (type === 'message_stop') this.#isOver = true;
  }

  answer(): ClaudeAnswer {
    if (!this.#isOver) throw new Error('no message_stop');
    return {
      blocks: this.#blocks,
      stopReason: this.#stopReason,
      model: stringIn(this.#message?.model),
      inputAtStart: numberIn(objectIn(this.#message?.usage).input_tokens),
      output: this.#output,
    };
  }

  #start(message: Said): void {
    if (this.#message !== undefined) throw new Error('message_start twice');
    if (listIn(message.content).length > 0) throw new Error('message_start with content');
    this.#message = message;
  }

  #begin({ index, content_block }: Said): void {
    if (this.#open !== undefined) throw new Error('two blocks open at once');
    if (index !== this.#blocks.length) throw new Error(`block ${index} where ${this.#blocks.length} is next`);
    this.#open = { ...objectIn(content_block) } as Block;
    this.#args = '';
    this.#blocks.push(this.#open);
  }

  #grow({ index, delta }: Said): void {
    const open = this.#open;
    if (open === undefined || index !== this.#blocks.length - 1) throw new Error(`delta for block ${index}`);
    const { type, text, thinking, signature, partial_json } = objectIn(delta);
    if (type === 'text_delta') open['text'] = stringIn(open['text']) + stringIn(text);
    else if (type === 'thinking_delta') open['thinking'] = stringIn(open['thinking']) + stringIn(thinking);
    else if (type === 'signature_delta') open['signature'] = signature;
    else if (type === 'input_json_delta') this.#args += stringIn(partial_json);
    else throw new Error(`delta ${type}`);
  }

  #finish({ index }: Said): void {
    if (this.#open === undefined || index !== this.#blocks.length - 1) throw new Error(`stop of ${index}`);
    if (this.#open.type === 'tool_use') this.#open['input'] = JSON.parse(this.#args || '{}');
    this.#open = undefined;
  }

  #delta({ delta, usage }: Said): void {
    if (this.#open !== undefined) throw new Error('message_delta while a block is open');
    this.#stopReason = stringIn(objectIn(delta).stop_reason);
    this.#output = numberIn(objectIn(usage).output_tokens);
  }
}
