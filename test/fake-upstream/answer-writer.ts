/** The one door to a response: writes, waits and breaks off, and notes in the journal what really left the house. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Journal, type JournalEntry, nowMs } from './journal.ts';

/** How long bytes may need to arrive before a reset drops them. */
const FLUSH_MS = 20;

/** A kept-alive socket carries many answers; its end belongs to the last of them. */
const latestOn = new WeakMap<Socket, AnswerWriter>();

export class AnswerWriter {
  readonly entry: JournalEntry;
  readonly #response: ServerResponse;
  readonly #socket: Socket;
  readonly #journal: Journal;
  #hasLength = false;
  readonly #gone = new AbortController();
  readonly #closed: Promise<void>;

  constructor(response: ServerResponse, socket: Socket, entry: JournalEntry, journal: Journal) {
    this.entry = entry;
    this.#response = response;
    this.#socket = socket;
    this.#journal = journal;
    this.#closed = new Promise((resolve) => {
      response.once('close', () => {
        this.#settle(response.writableFinished ? 'completed' : 'aborted-by-peer');
        this.#gone.abort();
        resolve();
      });
    });
    if (!latestOn.has(socket)) socket.once('close', () => latestOn.get(socket)?.noteSocketClosed());
    latestOn.set(socket, this);
  }

  noteSocketClosed(): void {
    this.entry.tSocketClosed = nowMs();
    this.#settle('aborted-by-peer');
    this.#journal.write(this.entry);
  }

  /** No one is left to write to. */
  get isOver(): boolean {
    return this.#gone.signal.aborted;
  }

  get response(): ServerResponse {
    return this.#response;
  }

  /** Sends the head at once. */
  head(status: number, headers: Readonly<Record<string, string>>): void {
    this.entry.status = status;
    this.#hasLength = 'content-length' in headers;
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
    this.entry.tFirstByteSent ??= nowMs();
  }

  /** Resolves when the kernel has the bytes: an upstream that is not read from waits here. */
  async write(bytes: Buffer): Promise<void> {
    if (this.isOver || bytes.length === 0) return;
    const flushed = new Promise<void>((resolve) => {
      this.#response.write(bytes, (error) => {
        if (!error) {
          this.entry.bytesSent += bytes.length;
          this.entry.tLastByteSent = nowMs();
        }
        resolve();
      });
    });
    await Promise.race([flushed, this.#closed]);
  }

  /** Bytes outside the framing of HTTP. */
  async writeRaw(text: string): Promise<void> {
    this.entry.tFirstByteSent ??= nowMs();
    await new Promise<void>((resolve) => {
      this.#socket.write(text, () => resolve());
    });
  }

  async end(): Promise<void> {
    if (this.isOver) return;
    // Of a body with a length the last byte is out already: the peer may have asked the next question by now.
    if (!this.#hasLength) this.entry.tLastByteSent = nowMs();
    this.#response.end();
    await this.#closed;
  }

  /** Breaks the connection off, after what was written has had time to arrive. */
  async breakOff(how: 'fin' | 'rst'): Promise<void> {
    if (!this.isOver) await sleep(FLUSH_MS);
    this.#settle('cut-by-us');
    if (how === 'rst') this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  /** Waits, but no longer than the peer stays. */
  async pause(milliseconds: number): Promise<void> {
    if (this.isOver || milliseconds <= 0) return;
    await sleep(milliseconds, undefined, { signal: this.#gone.signal }).catch(() => {});
  }

  #settle(outcome: JournalEntry['outcome']): void {
    if (this.entry.outcome !== 'open') return;
    this.entry.outcome = outcome;
    this.entry.tEnded = nowMs();
    this.#journal.write(this.entry);
  }
}
