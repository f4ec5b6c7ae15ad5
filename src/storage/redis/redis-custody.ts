import type { Redis } from 'ioredis';
import { connectRedis } from './connect-redis.ts';
import { claimScript, releaseScript, renewScript, withdrawScript } from './custody-scripts.ts';
import type { RedisPlace } from './redis-place.ts';

const CHANNEL = 'sluice:cards';

/** See `CustodyNews` of the referee, which this is. */
type CustodyNews = { what: 'wanted' | 'free'; card: string } | { what: 'connected' };

type Script = (...keysAndArguments: (string | number)[]) => Promise<unknown>;

interface Scripted {
  readonly claimCard: Script;
  readonly renewCard: Script;
  readonly releaseCard: Script;
  readonly withdrawFromCard: Script;
}

/** Redis or Valkey as the place where replicas agree on cards; it is a `CustodyStore` of the referee. */
export class RedisCustody {
  readonly #me: string;
  readonly #ttlMs: number;
  readonly #commands: Redis & Scripted;
  readonly #news: Redis;

  /** @param me the name of this replica; spaces are not allowed in it. */
  constructor(place: RedisPlace, me: string, ttlMs: number) {
    this.#me = me;
    this.#ttlMs = ttlMs;
    const commands = connectRedis(place);
    commands.defineCommand('claimCard', { numberOfKeys: 4, lua: claimScript });
    commands.defineCommand('renewCard', { numberOfKeys: 4, lua: renewScript });
    commands.defineCommand('releaseCard', { numberOfKeys: 4, lua: releaseScript });
    commands.defineCommand('withdrawFromCard', { numberOfKeys: 4, lua: withdrawScript });
    // `defineCommand` adds the methods; no declaration can know their names.
    this.#commands = commands as Redis & Scripted;
    this.#news = connectRedis(place, { isQueueing: true });
  }

  async claim(card: string, seniorityMs: number) {
    const [isOurs, what, leftMs] = await this.#run('claimCard', card, Math.round(seniorityMs));
    if (isOurs === 1) return { isOurs: true, fence: Number(what) } as const;
    const freeInMs = leftMs === undefined ? undefined : Number(leftMs);
    return { isOurs: false, heldBy: String(what), freeInMs } as const;
  }

  async renew(card: string, fence: number) {
    const [isOurs, what] = await this.#run('renewCard', card, fence);
    if (isOurs !== 1) return { isOurs: false, heldBy: String(what) } as const;
    return { isOurs: true, rivalSeniorityMs: what === undefined ? undefined : Number(what) } as const;
  }

  async release(card: string, fence: number): Promise<void> {
    await this.#run('releaseCard', card, fence);
  }

  async withdraw(card: string): Promise<void> {
    await this.#run('withdrawFromCard', card, 0);
  }

  /** Tells of what other replicas said, and of every connection that is made. */
  onNews(listener: (news: CustodyNews) => void): void {
    this.#news.on('message', (_channel, message) => {
      const [who, what, ...card] = message.split(' ');
      if (who === this.#me || (what !== 'wanted' && what !== 'free')) return;
      listener({ what, card: card.join(' ') });
    });
    this.#commands.on('ready', () => listener({ what: 'connected' }));
    // It is subscribed again with each connection; a first try that fails is no more than that.
    this.#news.subscribe(CHANNEL).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#news.disconnect();
    this.#commands.disconnect();
  }

  async #run(script: keyof Scripted, card: string, last: number): Promise<unknown[]> {
    // The braces keep the four keys on one node of a cluster.
    const keys = ['custody', 'fence', 'wants', 'seen'].map((what) => `sluice:{card:${card}}:${what}`);
    const answer = await this.#commands[script](...keys, this.#me, card, this.#ttlMs, last);
    return Array.isArray(answer) ? answer : [answer];
  }
}
