/**
 * What a router of llama.cpp wrote down about its models, read as a story: which processes were there, when each was
 * told to go, and which answers they computed meanwhile. The order of its lines is all that is used.
 */
export interface Stay {
  readonly model: string;
  /** Answers it computed. */
  answers: number;
  /** It was told to go, by whoever. */
  isStopping: boolean;
  isGone: boolean;
  exitStatus: number | undefined;
}

export interface RouterStory {
  /** One for each load, in order. */
  readonly stays: readonly Stay[];
  /** How many models were ever there at once, those that load or go included. */
  readonly mostAtOnce: number;
  /** The models of all answers that were begun, in order. */
  readonly begun: readonly string[];
  /** Answers that were begun or ended while another model was there, or after theirs had been told to go. */
  readonly disturbed: readonly string[];
}

export function readRouterRecords(lines: readonly string[]): RouterStory {
  const reader = new Reader();
  for (const line of lines) reader.read(line);
  return reader.story();
}

class Reader {
  readonly #stays: Stay[] = [];
  readonly #byPort = new Map<string, Stay>();
  readonly #begun: string[] = [];
  readonly #disturbed: string[] = [];
  #mostAtOnce = 0;

  read(line: string): void {
    const [, spawned, port] = /spawning server instance with name=(\S+) on port (\d+)/.exec(line) ?? [];
    if (spawned !== undefined && port !== undefined) this.#spawn(spawned, port);
    const [, stopping] = /stopping model instance name=(\S+)/.exec(line) ?? [];
    const [, evicted] = /(?:evicting idle LRU|removing LRU) name=(\S+)/.exec(line) ?? [];
    const leaving = stopping ?? evicted;
    if (leaving !== undefined) this.#mark(leaving, { isStopping: true });
    const [, gone, status] = /instance name=(\S+) exited with status (-?\d+)/.exec(line) ?? [];
    if (gone !== undefined) this.#mark(gone, { isStopping: true, isGone: true, exitStatus: Number(status) });
    const [, at, what] = /^\[\s*(\d+)\] .*\b(processing task|stop processing)/.exec(line) ?? [];
    if (at !== undefined) this.#work(at, what === 'stop processing', line);
  }

  story(): RouterStory {
    return {
      stays: this.#stays,
      mostAtOnce: this.#mostAtOnce,
      begun: this.#begun,
      disturbed: this.#disturbed,
    };
  }

  #spawn(model: string, port: string): void {
    const stay: Stay = { model, answers: 0, isStopping: false, isGone: false, exitStatus: undefined };
    this.#stays.push(stay);
    this.#byPort.set(port, stay);
    this.#mostAtOnce = Math.max(this.#mostAtOnce, this.#there().length);
  }

  #mark(model: string, change: Partial<Stay>): void {
    const stay = this.#there().find((one) => one.model === model);
    if (stay !== undefined) Object.assign(stay, change);
  }

  #work(port: string, isEnd: boolean, line: string): void {
    const stay = this.#byPort.get(port);
    if (stay === undefined || stay.isStopping || this.#there().length > 1) this.#disturbed.push(line);
    if (isEnd && stay !== undefined) stay.answers++;
    if (!isEnd) this.#begun.push(stay?.model ?? '');
  }

  #there(): Stay[] {
    return this.#stays.filter(({ isGone }) => !isGone);
  }
}
