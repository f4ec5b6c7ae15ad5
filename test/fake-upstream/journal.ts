/**
 * What the fake served: the oracle of every test about serial lanes, aborts and accounting. Kept in memory and, if a
 * file is named, appended to it in single O_APPEND writes, so that it outlives whatever is killed. In the file an
 * entry is written again whenever it became more complete; `readJournal` keeps the last line of each.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { type JsonObject, parseObject } from './json.ts';

export type Outcome = 'open' | 'completed' | 'aborted-by-peer' | 'cut-by-us';

export interface JournalEntry {
  /** `<server id>-<number>`, in order of arrival. */
  readonly seq: string;
  readonly port: number;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly model: string;
  readonly scenario: string;
  /** The request ids the peer sent. */
  readonly requestIds: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodySha256: string;
  readonly bodyLength: number;
  /** Absent if it was longer than the server keeps. */
  readonly body?: string;
  /** The same, parsed: what a test asserts; `{}` if it was no JSON object. */
  readonly sent?: JsonObject;
  /** All times in milliseconds since the epoch, from the monotonic clock (comparable between processes). */
  readonly tReceivedFirstByte: number;
  readonly tBodyComplete: number;
  status?: number;
  tFirstByteSent?: number;
  tLastByteSent?: number;
  /** Bytes of the response's body that were handed to the kernel. */
  bytesSent: number;
  /** Set as soon as the outcome is known: after the last byte, or when the peer left. */
  tEnded?: number;
  outcome: Outcome;
  /** Only on the last request of a connection. */
  tSocketClosed?: number;
}

export class Journal {
  readonly entries: JournalEntry[] = [];
  #file: string | undefined;

  constructor(file?: string) {
    this.#file = file;
  }

  /** Without what the gateway looks up by itself: its probes are all `GET`. */
  get work(): readonly JournalEntry[] {
    return this.entries.filter(({ method }) => method === 'POST');
  }

  open(entry: JournalEntry): void {
    this.entries.push(entry);
    this.write(entry);
  }

  /** Called whenever an entry became more complete. */
  write(entry: JournalEntry): void {
    if (!this.#file) return;
    const { sent: _, ...written } = entry;
    appendFileSync(this.#file, `${JSON.stringify(written)}\n`);
  }

  /** What sockets still have to say after the end is noted in memory alone. */
  close(): void {
    this.#file = undefined;
  }

  clear(): void {
    this.entries.length = 0;
  }
}

/** The entries in a journal file, in order of arrival; a line cut off by a crash is passed over. */
export function readJournal(file: string): JournalEntry[] {
  const bySeq = new Map<string, JournalEntry>();
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  for (const line of lines) {
    const entry = parseLine(line);
    if (entry) bySeq.set(entry.seq, entry);
  }
  return [...bySeq.values()];
}

/** Milliseconds since the epoch that never run backwards. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

function parseLine(line: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(line) as JournalEntry;
    return entry.body === undefined ? entry : { ...entry, sent: parseObject(entry.body) };
  } catch {
    return undefined;
  }
}
