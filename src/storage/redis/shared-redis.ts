import type { Redis } from 'ioredis';
import type { CancelTimer, Clock } from '../../model/clock.ts';
import { connectRedis } from './connect-redis.ts';
import { judgeServer, type ServerFaults } from './judge-server.ts';
import { pack, unpack } from './packing.ts';
import { Patience } from './patience.ts';
import type { RedisPlace } from './redis-place.ts';
import {
  type Script,
  type SharedStore,
  type SharedValue,
  type SharedValues,
  type StoreNotices,
  scriptOf,
} from './shared-store.ts';

/** So often it is asked whether it is there, that its loss is noticed before a request would have to notice it. */
const BEAT_MS = 1_000;
/** How long a start waits to be connected, or to know that it cannot be. */
const FIRST_WORD_MS = 3_000;
/** A connection over which nothing comes back for so long may be dead while the store is not. */
const DEAD_AFTER_MS = 5_000;
const REFUSALS_EVERY_MS = 60_000;
/** One that is not fit to count is left alone for so long: its name may then lead to another. */
const UNFIT_FOR_MS = 1_000;

/** What is too large is not even sent. */
const readScript = scriptOf(`
if redis.call('STRLEN', KEYS[1]) > tonumber(ARGV[1]) then return false end
local bytes = redis.call('GET', KEYS[1])
return bytes and {bytes, redis.call('PTTL', KEYS[1])}
`);

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
  readonly #patience: Patience;
  readonly #stopBeating: CancelTimer;
  /** Scripts that the store has seen since it was connected to. It may have forgotten them. */
  readonly #taught = new Set<string>();
  /** Those it is being sent. */
  readonly #lessons = new Map<string, Promise<unknown>>();
  #isAnswering = false;
  #isProbing = false;
  #isToldLost = false;
  /** Of the server that is connected to. Undefined: it has not been looked at. */
  #faults: ServerFaults | undefined;
  #isNeverFit = false;
  #lastRisk: string | undefined;
  #isClosed = false;
  #lastLoss: string | undefined;
  #lastRefusalMs = Number.NEGATIVE_INFINITY;
  /** The first since there was last no connection: those that follow follow from it. */
  #lastError: string | undefined;
  #onFirstWord: (() => void) | undefined;

  constructor(place: RedisPlace, clock: Clock, notices: StoreNotices) {
    this.#clock = clock;
    this.#notices = notices;
    this.#patience = new Patience(clock);
    this.#redis = connectRedis(place, { isPatient: true, silenceMaxMs: DEAD_AFTER_MS });
    this.#redis.on('error', (error: Error) => {
      this.#lastError ??= reasonOf(error);
      // Sentinels of which none answers are asked again without any connection being lost.
      if (this.#redis.status === 'connecting') this.#lose(this.#lastError);
    });
    this.#redis.on('ready', () => {
      this.#taught.clear();
      void this.#meet();
    });
    this.#redis.on('close', () => {
      this.#lose(this.#faults?.unfit?.why ?? this.#lastError ?? 'it closed the connection');
      this.#faults = undefined;
      this.#lastError = undefined;
    });
    this.#stopBeating = clock.every(BEAT_MS, () => void this.#probe());
  }

  get isUp(): boolean {
    return this.#isAnswering;
  }

  /** Why it is gone; undefined while it is there. */
  get trouble(): string | undefined {
    return this.#isToldLost ? this.#lastLoss : undefined;
  }

  /** Why it can never be used, whatever becomes of it. */
  get unusable(): string | undefined {
    return this.#isNeverFit ? this.#lastLoss : undefined;
  }

  /** Settles once it is known whether the store is there, and after three seconds in any case. */
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
    return this.#evaluate(script, (digest) => this.#redis.evalsha(digest, keys.length, ...keys, ...values));
  }

  async read(key: string, bytesMax: number): Promise<SharedValue | undefined> {
    const answer = await this.#evaluate(readScript, (digest) =>
      this.#redis.callBuffer('EVALSHA', digest, 1, key, bytesMax + 1),
    );
    const [packed, leftMs] = Array.isArray(answer) ? answer : [];
    if (!(packed instanceof Uint8Array) || typeof leftMs !== 'number' || leftMs <= 0) return undefined;
    const bytes = await unpack(packed, bytesMax);
    return bytes === undefined ? undefined : { bytes, leftMs };
  }

  async write(key: string, bytes: Uint8Array, ttlMs: number): Promise<void> {
    const packed = Buffer.from(await pack(bytes));
    await this.#ask(() => this.#redis.set(key, packed, 'PX', Math.ceil(ttlMs)));
  }

  close(): void {
    this.#isClosed = true;
    this.#isAnswering = false;
    this.#stopBeating();
    this.#redis.disconnect();
  }

  #evaluate(script: Script, evaluate: (digest: string) => Promise<unknown>): Promise<unknown> {
    return this.#ask(async () => {
      if (!this.#taught.has(script.digest)) await this.#teach(script);
      try {
        return await evaluate(script.digest);
      } catch (thrown) {
        if (!(thrown instanceof Error) || !thrown.message.startsWith('NOSCRIPT')) throw thrown;
        await this.#teach(script);
        return evaluate(script.digest);
      }
    });
  }

  /** Once, however many ask for it at the same moment: the text of a script is longer than all else that is sent. */
  #teach({ digest, lua }: Script): Promise<unknown> {
    let lesson = this.#lessons.get(digest);
    if (lesson === undefined) {
      lesson = this.#redis.script('LOAD', lua).then(() => this.#taught.add(digest));
      this.#lessons.set(digest, lesson);
      const forget = () => this.#lessons.delete(digest);
      lesson.then(forget, forget);
    }
    return lesson;
  }

  async #ask<Answer>(command: () => Promise<Answer>): Promise<Answer> {
    if (!this.#isAnswering) throw new Error('the store that replicas share does not answer');
    try {
      return await this.#patience.for(command());
    } catch (thrown) {
      this.#weigh(thrown);
      throw thrown;
    }
  }

  /** Did it answer with an error, or not at all? */
  #weigh(thrown: unknown): void {
    if (isReply(thrown)) {
      // By which the connection was given up for another.
      if (thrown.message.startsWith('READONLY')) this.#lastError = thrown.message;
      else this.#tellRefusal(thrown.message);
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

  /** A server that answers is not yet one that can count. */
  async #meet(): Promise<void> {
    // Who may not ask what it is, or is answered by a proxy, has to take it as it comes.
    const info = await this.#patience
      .for(this.#redis.info())
      .catch((thrown) => (isReply(thrown) ? '' : undefined));
    if (this.#redis.status !== 'ready') return;
    if (info === undefined) return this.#redis.disconnect(true);
    this.#faults = judgeServer(info);
    const { unfit, risk } = this.#faults;
    if (unfit !== undefined) {
      this.#isNeverFit = unfit.isForGood;
      this.#lose(unfit.why);
      this.#clock.after(UNFIT_FOR_MS, () => !this.#isClosed && this.#redis.disconnect(true));
      return;
    }
    if (risk !== undefined && risk !== this.#lastRisk) this.#notices.risky(risk);
    this.#lastRisk = risk;
    this.#found();
  }

  async #probe(): Promise<void> {
    if (this.#isProbing || this.#redis.status !== 'ready') return;
    if (this.#faults === undefined || this.#faults.unfit !== undefined) return;
    this.#isProbing = true;
    try {
      await this.#patience.for(this.#redis.ping());
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

function isReply(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.name === 'ReplyError';
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
