/** The events of a streamed message, and whether they are such as both SDKs can follow (protocols 3.3). */
import { type JsonObject, objectIn, stringIn } from '../../fake-upstream/json.ts';
import { parsedArgs, type Told } from '../told.ts';
import { anthropicError, hearBlock, hearEnd, hearUsage } from './hear-message.ts';
import { checkEvent, objectOf, sseFrames } from './read-frames.ts';

export class MessageEvents {
  readonly #told: Told;
  #isStarted = false;
  #open: number | undefined;
  #blocks = 0;
  #isTool = false;

  constructor(told: Told) {
    this.#told = told;
  }

  hear(text: string): void {
    for (const frame of sseFrames(text, this.#told)) {
      const event = objectOf(frame.data, this.#told);
      checkEvent(frame, stringIn(event.type), this.#told);
      if (this.#told.isComplete || this.#told.error) this.#slip('something behind the end');
      this.#hearEvent(event);
    }
  }

  #hearEvent(event: JsonObject): void {
    const { type } = event;
    if (type === 'message_start') this.#start(objectIn(event.message));
    else if (type === 'content_block_start') this.#openBlock(event);
    else if (type === 'content_block_delta') this.#delta(event);
    else if (type === 'content_block_stop') this.#closeBlock(event);
    else if (type === 'message_delta') this.#end(event);
    else if (type === 'message_stop') this.#told.isComplete = this.#told.finish !== undefined;
    else if (type === 'error') this.#told.error = anthropicError(event);
    else if (type !== 'ping') this.#slip(`an event ${stringIn(type)}`);
  }

  #start(message: JsonObject): void {
    if (this.#isStarted) this.#slip('a second message_start');
    this.#isStarted = true;
    this.#told.model = stringIn(message.model);
    hearUsage(message.usage, this.#told);
  }

  #openBlock({ index, content_block }: JsonObject): void {
    if (this.#open !== undefined) this.#slip('two blocks open at once');
    if (index !== this.#blocks) this.#slip('a gap in the indexes');
    this.#open = this.#blocks;
    const block = objectIn(content_block);
    this.#isTool = block.type === 'tool_use';
    hearBlock(block, this.#told);
  }

  #delta({ index, delta }: JsonObject): void {
    if (index !== this.#open) this.#slip('a delta of a block that is not open');
    const { partial_json, text, thinking } = objectIn(delta);
    this.#told.text += stringIn(text);
    this.#told.thoughts += stringIn(thinking);
    const tool = this.#told.tools.at(-1);
    if (tool && this.#isTool) tool.argsText += stringIn(partial_json);
  }

  #closeBlock({ index }: JsonObject): void {
    if (index !== this.#open) this.#slip('a block closed that is not open');
    this.#open = undefined;
    this.#blocks++;
    const tool = this.#told.tools.at(-1);
    if (tool && this.#isTool) tool.args = parsedArgs(tool.argsText || '{}');
  }

  #end({ delta, usage }: JsonObject): void {
    if (this.#open !== undefined) this.#slip('a block left open');
    if (usage === undefined) this.#slip('no usage in message_delta');
    hearEnd(objectIn(delta), usage, this.#told);
  }

  #slip(slip: string): void {
    this.#told.slips.push(slip);
  }
}
