import type { Redis } from 'ioredis';
import type { CancelTimer, Clock } from '../../model/clock.ts';
import type { Secret } from '../../model/secret.ts';
import { connectRedis } from './connect-redis.ts';
import type { Script, SharedStore, SharedValues, StoreNotices } from './shared-store.ts';

/** No request waits longer than this for what replicas share. */
export const COMMAND_TIMEOUT_MS = 250;
/** So often it is asked whether it is there, that its loss is noticed before a request would have to notice it. */
const BEAT_MS = 1_000;
/** How long a start waits to be connected, or to know that it cannot be. */
const FIRST_WORD_MS = 1_000;
/** A connection over which nothing comes back for so long may be dead while the store is not. */
const SILENCE_MAX_MS = 5_000;
const REFUSALS_EVERY_MS = 60_000;

/**
 * The one connection of this process to Redis or Valkey for what replicas share: limits, and kept answers. (Custody of
 * cards has its own, for it may wait longer than a request.)
 *
 * A command that was not answered in time makes everybody go on without the store until it has answered a `PING`, so
 * that one that hangs costs nobody but the first. Only when that is not answered either is the loss told.
 */
export class SharedRedis implements SharedStore, SharedValues {
  readonly #redis: Redis;
  readonly #clock: Clock;
  readonly #notices: StoreNotices;
  readonly #stopBeating: CancelTimer;
  #isAnswering = false;
  #isProbing = false;
  #isToldLost = false;
  #isClosed = false;
  #lastLoss: string | undefined;
  #lastRefusalMs = Number.NEGATIVE_INFINITY;
  #lastError = 'it closed the connection';
  #onFirstWord: (() => void) | undefined;

  constructor(url: Secret, clock: Clock, notices: StoreNotices) {
    this.#clock = clock;
    this.#notices = notices;
    this.#redis = connectRedis(url, { silenceMaxMs: SILENCE_MAX_MS });
    this.#redis.on('error', (error: Error) => {
      this.#lastError = reasonOf(error);
    });
    this.#redis.on('ready', () => this.#found());
    this.#redis.on('close', () => this.#lose(this.#lastError));
    this.#stopBeating = clock.every(BEAT_MS, () => void this.#probe());
  }

  get isUp(): boolean {
    return this.#isAnswering;
  }

  /** Why it is gone; undefined while it is there. */
  get trouble(): string | undefined {
    return this.#isToldLost ? this.#lastLoss : undefined;
  }

  /** Settles once it is known whether the store is there, and after a second in any case. */
  async firstWord(): Promise<void> {
    if (this.#isAnswering || this.#isToldLost) return;
    await new Promise<void>((resolve) => {
      const stopWaiting = this.#clock.after(FIRST_WORD_MS, resolve);
      this.#onFirstWord = () => {
        stopWaiting();
        resolve();
      };
    });
  }

  run(script: Script, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown> {
    const rest = [keys.length, ...keys, ...values] as const;
    return this.#ask(async () => {
      try {
        return await this.#redis.evalsha(script.digest, ...rest);
      } catch (thrown) {
        if (!(thrown instanceof Error) || !thrown.message.startsWith('NOSCRIPT')) throw thrown;
        return this.#redis.eval(script.lua, ...rest);
      }
    });
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    return (await this.#ask(() => this.#redis.getBuffer(key))) ?? undefined;
  }

  async write(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    await this.#ask(() => this.#redis.set(key, Buffer.from(value), 'PX', Math.ceil(ttlMs)));
  }

  close(): void {
    this.#isClosed = true;
    this.#isAnswering = false;
    this.#stopBeating();
    this.#redis.disconnect();
  }

  async #ask<Answer>(command: () => Promise<Answer>): Promise<Answer> {
    if (!this.#isAnswering) throw new Error('the store that replicas share does not answer');
    try {
      return await this.#inTime(command());
    } catch (thrown) {
      this.#weigh(thrown);
      throw thrown;
    }
  }

  /** A process that was busy for so long looks for the answer once more before it says that there is none. */
  #inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(new Error(`no answer within ${COMMAND_TIMEOUT_MS} ms`));
      let stopWaiting = this.#clock.after(COMMAND_TIMEOUT_MS, () => {
        stopWaiting = this.#clock.after(0, giveUp);
      });
      answer.then(resolve, reject).finally(() => stopWaiting());
    });
  }

  /** Did it answer with an error, or not at all? */
  #weigh(thrown: unknown): void {
    if (thrown instanceof Error && thrown.name === 'ReplyError') {
      this.#tellRefusal(thrown.message);
      return;
    }
    this.#isAnswering = false;
    void this.#probe();
  }

  #tellRefusal(why: string): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lastRefusalMs < REFUSALS_EVERY_MS) return;
    this.#lastRefusalMs = nowMs;
    this.#notices.refused(why);
  }

  async #probe(): Promise<void> {
    if (this.#isProbing || this.#redis.status !== 'ready') return;
    this.#isProbing = true;
    try {
      await this.#inTime(this.#redis.ping());
      this.#found();
    } catch (thrown) {
      this.#lose(reasonOf(thrown));
    } finally {
      this.#isProbing = false;
    }
  }

  #found(): void {
    if (this.#isClosed) return;
    this.#isAnswering = true;
    if (this.#isToldLost) this.#notices.back();
    this.#isToldLost = false;
    this.#onFirstWord?.();
  }

  #lose(why: string): void {
    if (this.#isClosed) return;
    this.#isAnswering = false;
    this.#lastLoss = why;
    if (!this.#isToldLost) this.#notices.lost(why);
    this.#isToldLost = true;
    this.#onFirstWord?.();
  }
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
