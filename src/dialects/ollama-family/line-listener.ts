import type { Frame } from '../../model/frame.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { HeardError, StreamListener } from '../dialect.ts';
import { errorLine } from './error-envelope.ts';
import { readLine } from './line-content.ts';
import { hasNews } from './line-scan.ts';
import { loadTimeOf } from './load-time.ts';
import { readOllamaUsage } from './usage.ts';

const OPEN_BRACE = 0x7b;

/** Listens to a stream of lines that passes through. Only the last line, and errors, are ever parsed. */
export class LineListener implements StreamListener {
  #usage: Usage | undefined;
  #loadMs: number | undefined;
  #error: HeardError | undefined;
  #isDone = false;

  hear(frame: Frame): 'content' | 'end' | 'error' | 'comment' {
    if (frame.raw[0] === OPEN_BRACE && !hasNews(frame.raw)) return 'content';
    const line = readLine(frame);
    if (line.kind === 'piece') return this.#hearPiece(line.piece);
    return line.kind === 'error' ? this.#hearError(line.error) : 'comment';
  }

  get isComplete(): boolean {
    return this.#isDone && this.#error === undefined;
  }

  get usage(): Usage | undefined {
    return this.#usage;
  }

  get loadMs(): number | undefined {
    return this.#loadMs;
  }

  get error(): HeardError | undefined {
    return this.#error;
  }

  /** The last line carries the counts: nobody else can write it. */
  missingEnd(): string {
    return '';
  }

  errorFrames(error: GatewayError): string {
    return errorLine(error);
  }

  #hearPiece(piece: JsonObject): 'content' | 'end' {
    if (piece['done'] !== true) return 'content';
    this.#isDone = true;
    this.#usage = readOllamaUsage(piece) ?? this.#usage;
    this.#loadMs = loadTimeOf(piece);
    return 'end';
  }

  #hearError(error: HeardError): 'error' {
    this.#error ??= error;
    return 'error';
  }
}
