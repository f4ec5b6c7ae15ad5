/**
 * Reads a stream as a patient, an impatient or a rude client would: all of it, slowly, a little of it, or nothing. Its
 * reader of events is its own and of the simplest kind (one sort of line end per stream), so that it shares no mistake with the gateway's.
 */
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from './wait-for.ts';

export interface StreamedFrame {
  readonly event: string | undefined;
  readonly data: string;
  /** Comment lines that stood in or before this frame. */
  readonly comments: readonly string[];
  /** Milliseconds since the request was sent. */
  readonly atMs: number;
}

export interface StreamRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON. */
  readonly body?: object | string;
  readonly reading?: 'all' | 'nothing' | { readonly bytesPerSecond: number };
  /** `counts`: only `bytesRead` is kept, for floods. */
  readonly keeps?: 'everything' | 'counts';
  readonly timeoutMs?: number;
}

export interface SseStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly headersAtMs: number;
  readonly frames: readonly StreamedFrame[];
  /** All that was read, as text. */
  readonly text: string;
  readonly bytesRead: number;
  /** `end` after a clean end, else the error's code. */
  readonly ending: string | undefined;
  /** When the last byte came; only with an ending. */
  readonly endedAtMs: number | undefined;
  waitForFrames(count: number, timeoutMs?: number): Promise<readonly StreamedFrame[]>;
  waitForEnd(timeoutMs?: number): Promise<readonly StreamedFrame[]>;
  /** Leaves at once, as a closed tab does. Returns when it left (milliseconds since the epoch). */
  abort(): number;
  /** Reads on after `nothing`. */
  resume(): void;
}

export async function openStream(url: string, options: StreamRequest = {}): Promise<SseStream> {
  const sentAt = performance.now();
  const { outgoing, response } = await ask(url, options);
  const { reading = 'all' } = options;
  const chunks: Buffer[] = [];
  let bytesRead = 0;
  const reader = new FrameReader(() => performance.now() - sentAt);
  const headersAtMs = performance.now() - sentAt;
  let ending: string | undefined;
  let endedAtMs: number | undefined;
  const end = (how: string): void => {
    ending ??= how;
    endedAtMs ??= performance.now() - sentAt;
  };
  const take = (chunk: Buffer): void => {
    bytesRead += chunk.length;
    if (options.keeps === 'counts') return;
    chunks.push(chunk);
    reader.take(chunk);
  };
  response.once('end', () => end('end'));
  response.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  response.once('close', () => end('close'));
  if (reading === 'all') response.on('data', take);
  else response.pause();
  if (typeof reading === 'object') void readSlowly(response, reading.bytesPerSecond, take);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    headersAtMs,
    frames: reader.frames,
    get text() {
      return Buffer.concat(chunks).toString();
    },
    get bytesRead() {
      return bytesRead;
    },
    get ending() {
      return ending;
    },
    get endedAtMs() {
      return endedAtMs;
    },
    waitForFrames: (count, timeoutMs = 15_000) =>
      waitFor(`${count} frames`, () => reader.frames.length >= count && reader.frames, {
        timeoutMs,
        everyMs: 2,
      }),
    waitForEnd: async (timeoutMs = 10_000) => {
      await waitFor('the end of the stream', () => ending, { timeoutMs, everyMs: 2 });
      return reader.frames;
    },
    abort: () => {
      outgoing.destroy();
      return performance.timeOrigin + performance.now();
    },
    resume: () => {
      response.on('data', take);
      response.resume();
    },
  };
}

/** The JSON of all frames but `[DONE]`. */
export function jsonOf(frames: readonly StreamedFrame[]): unknown[] {
  return frames
    .filter(({ data }) => data !== '' && data.trim() !== '[DONE]')
    .map(({ data }) => JSON.parse(data) as unknown);
}

function ask(
  url: string,
  options: StreamRequest,
): Promise<{ outgoing: ClientRequest; response: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const { body } = options;
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const outgoing = request(url, {
      method: options.method ?? (payload === undefined ? 'GET' : 'POST'),
      agent: false,
      headers: {
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        ...options.headers,
      },
    });
    const timer = setTimeout(
      () => outgoing.destroy(new Error('no response in time')),
      options.timeoutMs ?? 30_000,
    );
    outgoing.once('response', (response) => {
      clearTimeout(timer);
      resolve({ outgoing, response });
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(payload);
  });
}

const SLICES_PER_SECOND = 10;

async function readSlowly(
  response: IncomingMessage,
  bytesPerSecond: number,
  take: (chunk: Buffer) => void,
): Promise<void> {
  while (!response.readableEnded && !response.destroyed) {
    const size = Math.min(response.readableLength, Math.ceil(bytesPerSecond / SLICES_PER_SECOND));
    // Reading nothing (0) is how a paused stream is told to fetch more.
    const chunk = response.read(size) as Buffer | null;
    if (chunk && chunk.length > 0) take(chunk);
    await sleep(1000 / SLICES_PER_SECOND);
  }
}

class FrameReader {
  readonly frames: StreamedFrame[] = [];
  readonly #now: () => number;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(now: () => number) {
    this.#now = now;
  }

  take(chunk: Buffer): void {
    const atMs = this.#now();
    const blocks = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split(/\r\n\r\n|\n\n|\r\r/);
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) this.frames.push(readFrame(block, atMs));
  }
}

function readFrame(block: string, atMs: number): StreamedFrame {
  const lines = block.split(/\r\n|\n|\r/);
  const valuesOf = (field: string): string[] =>
    lines
      .filter((line) => line.startsWith(`${field}:`))
      .map((line) => line.slice(field.length + 1).replace(/^ /, ''));
  return { event: valuesOf('event')[0], data: valuesOf('data').join('\n'), comments: valuesOf(''), atMs };
}
