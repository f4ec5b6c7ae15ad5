import { Worker } from 'node:worker_threads';
import type { CancelTimer, Clock } from '../model/clock.ts';
import type { SqlQuestion, SqlReader } from './sql-reader.ts';
import type { SqlRow } from './sqlite-driver.ts';

export interface ReadQuestion {
  readonly id: number;
  readonly questions: readonly SqlQuestion[];
}

export interface ReadAnswer {
  readonly id: number;
  readonly rows?: SqlRow[][];
  readonly failure?: string;
}

interface Waiting {
  readonly resolve: (rows: SqlRow[][]) => void;
  readonly reject: (reason: Error) => void;
}

/** A thread costs some ten megabytes, and a page that is looked at asks again within seconds. */
const IDLE_MS = 60_000;

/**
 * Reads the database on a thread of its own, so that a long report holds nobody up. The thread is started by the first
 * question and goes when none came for a while.
 */
export class ReadingThread implements SqlReader {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;
  #cancelGoing: CancelTimer = () => {};

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  read(questions: readonly SqlQuestion[]): Promise<SqlRow[][]> {
    const worker = this.#worker ?? this.#start();
    this.#lastId += 1;
    const id = this.#lastId;
    this.#cancelGoing();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, questions } satisfies ReadQuestion);
    });
  }

  async stop(): Promise<void> {
    this.#cancelGoing();
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./reading-worker.js', import.meta.url), { workerData: this.#path });
    // A report nobody waits for any more is no reason to stay.
    worker.unref();
    worker.on('message', (answer: ReadAnswer) => this.#take(answer));
    worker.on('error', (reason) => this.#end(worker, reason));
    worker.on('exit', () => this.#end(worker, new Error('the thread that reads has ended')));
    this.#worker = worker;
    return worker;
  }

  #take({ id, rows, failure }: ReadAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (rows === undefined) waiting?.reject(new Error(failure));
    else waiting?.resolve(rows);
    if (this.#waiting.size === 0) this.#goLater();
  }

  #goLater(): void {
    this.#cancelGoing();
    this.#cancelGoing = this.#clock.after(IDLE_MS, () => void this.#worker?.terminate());
  }

  #end(worker: Worker, reason: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(reason as Error);
    this.#waiting.clear();
  }
}
