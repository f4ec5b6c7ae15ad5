import type { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { WriterContext } from '../dialect.ts';
import { doneFrame, errorFrame } from './end-frames.ts';
import { writeChatUsage } from './usage.ts';

/** How chat and completions name their answers. */
export interface AnswerKind {
  readonly idPrefix: string;
  /** The `object` of what is written. */
  readonly object: string;
}

/** An id in the style of this family, the same for every frame of one answer: `chatcmpl-` and the request's. */
export function answerId(kind: AnswerKind, requestId: string): string {
  return kind.idPrefix + requestId.replace(/[^A-Za-z0-9]/g, '');
}

/** Writes the frames of one stream: what stands around the choices, the usage at the end, and the end. */
export class ChunkWriter {
  readonly #withUsage: boolean;
  /** What stands in every chunk before and after its choice; only the choice differs. */
  readonly #head: string;
  readonly #tail: string;
  #usage: Usage | undefined;
  #isOver = false;

  constructor(kind: AnswerKind, context: WriterContext) {
    const id = JSON.stringify(answerId(kind, context.requestId));
    const model = JSON.stringify(context.model);
    this.#head = `data: {"id":${id},"object":"${kind.object}","created":${context.createdS},"model":${model},"choices":[`;
    this.#tail = context.withUsage ? '],"usage":null}\n\n' : ']}\n\n';
    this.#withUsage = context.withUsage;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  chunk(choice: JsonObject): string {
    return this.#head + JSON.stringify(choice) + this.#tail;
  }

  /** Usage may come at any time and more than once; the wire has it once, at the end. */
  keepUsage(usage: Usage): string {
    this.#usage = usage;
    return '';
  }

  end(): string {
    this.#isOver = true;
    if (!this.#withUsage || this.#usage === undefined) return doneFrame;
    return `${this.#head}],"usage":${JSON.stringify(writeChatUsage(this.#usage))}}\n\n${doneFrame}`;
  }

  fail(error: GatewayError): string {
    this.#isOver = true;
    return errorFrame(error);
  }
}
