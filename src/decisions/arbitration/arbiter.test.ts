import { describe, expect, test } from 'vitest';
import { HandMovedClock } from '../../model/clock.ts';
import { Departure } from '../../model/departure.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { Arbiter } from './arbiter.ts';
import type { LaneLimits, LaneRequest } from './lane-limits.ts';
import { Lease } from './lease.ts';
import type { ArbiterObserver } from './observer.ts';

const queue = { queueMax: 64, queuePerAppMax: 16, queueWaitMaxMs: 120_000 };

const oneGpu: LaneLimits = {
  groups: new Map([['gpu', queue]]),
  backends: new Map([
    ['ollama', { group: 'gpu', concurrency: 1, models: new Map() }],
    ['fooocus', { group: 'gpu', concurrency: 1, models: new Map() }],
    ['cloud', { concurrency: 2, models: new Map([['big', 1]]) }],
  ]),
  ungrouped: queue,
};

const ask = (requestId: string, backend = 'ollama', model = 'm'): LaneRequest => ({
  requestId,
  appId: 'app',
  backend,
  model,
});

function house(observer?: ArbiterObserver) {
  const clock = new HandMovedClock();
  return { clock, arbiter: new Arbiter(oneGpu, clock, observer) };
}

/** The lease, which must be there without waiting. */
function atOnce(entered: Lease | Promise<Lease>): Lease {
  if (entered instanceof Lease) return entered;
  throw new Error('expected a lease at once');
}

/** What has become of a promise so far. */
async function fate(entered: Lease | Promise<Lease>): Promise<string> {
  const pending = Symbol('pending');
  const settled = Promise.resolve(entered).catch((refusal: GatewayError) => refusal);
  await Promise.resolve().then(() => undefined);
  const outcome = await Promise.race([settled, Promise.resolve(pending).then((p) => p)]);
  if (outcome instanceof GatewayError) return outcome.code;
  return outcome instanceof Lease ? 'lease' : 'waiting';
}

describe("the predecessor's bugs (000-69)", () => {
  test('a queued request that is cancelled does not stall the group', async () => {
    const { arbiter } = house();
    const running = atOnce(arbiter.enter(ask('a'), new Departure()));
    const leaver = new Departure();
    const left = arbiter.enter(ask('b'), leaver);
    const next = arbiter.enter(ask('c', 'fooocus'), new Departure());

    leaver.leave();
    await expect(left).rejects.toMatchObject({ code: 'client_left' });
    expect(await fate(next)).toBe('waiting');

    running.release();
    (await next).release();
    expect(atOnce(arbiter.enter(ask('d'), new Departure())).waitedMs).toBe(0);
  });

  test("the slot is held until the stream's last byte, not its first", async () => {
    const { arbiter } = house();
    const diary: string[] = [];
    const stream = async (name: string, backend: string) => {
      const lease = await arbiter.enter(ask(name, backend), new Departure());
      try {
        for (const byte of ['first', 'middle', 'last']) {
          diary.push(`${name} ${byte}`);
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        lease.release();
      }
    };
    await Promise.all([stream('a', 'ollama'), stream('b', 'fooocus')]);
    expect(diary).toEqual(['a first', 'a middle', 'a last', 'b first', 'b middle', 'b last']);
  });

  test('a reload keeps one scheduler: old and new requests never overlap', async () => {
    const { arbiter } = house();
    const old = atOnce(arbiter.enter(ask('old'), new Departure()));
    const waiting = arbiter.enter(ask('waiting', 'fooocus'), new Departure());
    arbiter.reconfigure({ ...oneGpu, groups: new Map([['gpu', { ...queue, queueMax: 5 }]]) });
    const fresh = arbiter.enter(ask('new'), new Departure());
    expect([await fate(waiting), await fate(fresh)]).toEqual(['waiting', 'waiting']);
    old.release();
    expect([await fate(waiting), await fate(fresh)]).toEqual(['lease', 'waiting']);
    (await waiting).release();
    expect(await fate(fresh)).toBe('lease');
  });
});

describe('a client that leaves', () => {
  test('before it comes to the queue is not let in, though the slot is free', async () => {
    const { arbiter } = house();
    const departure = new Departure();
    departure.leave();
    await expect(arbiter.enter(ask('a'), departure)).rejects.toMatchObject({
      code: 'client_left',
      status: 499,
    });
    expect(arbiter.runningCount).toBe(0);
  });

  test('in the very moment of its grant has a lease that the caller gives back; the next goes on', async () => {
    const { arbiter } = house();
    const running = atOnce(arbiter.enter(ask('a'), new Departure()));
    const leaver = new Departure();
    const granted = arbiter.enter(ask('b'), leaver);
    const next = arbiter.enter(ask('c'), new Departure());
    running.release();
    leaver.leave();
    (await granted).release();
    expect(await fate(next)).toBe('lease');
  });

  test('just before the grant is passed over', async () => {
    const { arbiter } = house();
    const running = atOnce(arbiter.enter(ask('a'), new Departure()));
    const leaver = new Departure();
    const left = arbiter.enter(ask('b'), leaver);
    const next = arbiter.enter(ask('c'), new Departure());
    leaver.leave();
    running.release();
    await expect(left).rejects.toMatchObject({ code: 'client_left' });
    expect(await fate(next)).toBe('lease');
  });

  test('while running keeps its slot until the caller has closed the upstream', async () => {
    const { arbiter } = house();
    const departure = new Departure();
    const lease = atOnce(arbiter.enter(ask('a'), departure));
    const next = arbiter.enter(ask('b'), new Departure());
    departure.leave();
    expect(await fate(next)).toBe('waiting');
    lease.release();
    expect(await fate(next)).toBe('lease');
  });

  test('after it was served changes nothing', async () => {
    const { arbiter } = house();
    const departure = new Departure();
    const first = atOnce(arbiter.enter(ask('a'), new Departure()));
    const second = arbiter.enter(ask('b'), departure);
    first.release();
    (await second).release();
    departure.leave();
    expect([arbiter.runningCount, arbiter.waitingCount]).toEqual([0, 0]);
    expect(atOnce(arbiter.enter(ask('c'), new Departure()))).toBeInstanceOf(Lease);
  });

  test('is not listened to any longer than its request waits', async () => {
    const { arbiter } = house();
    const departure = new CountingDeparture();
    const first = atOnce(arbiter.enter(ask('a'), departure));
    const second = arbiter.enter(ask('b'), departure);
    expect(departure.listeners).toBe(1);
    first.release();
    (await second).release();
    expect(departure.listeners).toBe(0);
  });

  test('at a random moment around its grant never costs a slot (10,000 trials)', async () => {
    const { arbiter } = house();
    for (let trial = 0; trial < 10_000; trial++) {
      const running = atOnce(arbiter.enter(ask('running'), new Departure()));
      const departure = new Departure();
      const served = Promise.resolve(arbiter.enter(ask('racer'), departure)).then(
        (lease) => lease.release(),
        () => undefined,
      );
      const leave = soon(trial % 5).then(() => departure.leave());
      const release = soon(Math.floor(trial / 5) % 5).then(() => running.release());
      await Promise.all([served, leave, release]);
      if (arbiter.runningCount + arbiter.waitingCount > 0) throw new Error(`trial ${trial} lost a slot`);
    }
  });
});

class CountingDeparture extends Departure {
  listeners = 0;

  override onLeave(listener: () => void): () => void {
    this.listeners++;
    const stop = super.onLeave(listener);
    return () => {
      this.listeners--;
      stop();
    };
  }
}

async function soon(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await undefined;
}

describe('who would rather not wait', () => {
  test('has a lease if the slot is free, else nothing, and is nobody in the queue', () => {
    const { arbiter } = house();
    const lease = arbiter.enterIfFree(ask('a'));
    expect([lease instanceof Lease, arbiter.enterIfFree(ask('b'))]).toEqual([true, undefined]);
    expect([arbiter.runningCount, arbiter.waitingCount]).toEqual([1, 0]);
    lease?.release();
    expect(arbiter.enterIfFree(ask('c'))).toBeInstanceOf(Lease);
  });

  test('has no model changed', () => {
    const limits: LaneLimits = { ...oneGpu, groups: new Map([['gpu', { ...queue, mode: 'swap' }]]) };
    const arbiter = new Arbiter(limits, new HandMovedClock());
    expect(arbiter.enterIfFree(ask('a'))).toBeUndefined();
    atOnce(arbiter.enter(ask('b'), new Departure())).release();
    expect(arbiter.enterIfFree(ask('c', 'ollama', 'other'))).toBeUndefined();
    expect(arbiter.view().groups[0]?.residents).toMatchObject([{ model: 'm', state: 'ready' }]);
    expect(arbiter.enterIfFree(ask('d'))).toBeInstanceOf(Lease);
  });

  test('is not let in while the house drains', async () => {
    const { arbiter } = house();
    await arbiter.drain(1000);
    expect(arbiter.enterIfFree(ask('a'))).toBeUndefined();
  });
});

describe('time', () => {
  test('a lease tells how long it waited and since when it is held', async () => {
    const { arbiter, clock } = house();
    const first = atOnce(arbiter.enter(ask('a'), new Departure()));
    const second = arbiter.enter(ask('b'), new Departure());
    clock.advance(250);
    first.release();
    const lease = await second;
    expect([lease.waitedMs, lease.heldSinceMs]).toEqual([250, 250]);
  });

  test('who waits longer than the group allows is told 504 queue_timeout', async () => {
    const { arbiter, clock } = house();
    atOnce(arbiter.enter(ask('a'), new Departure()));
    const late = arbiter.enter(ask('b'), new Departure());
    clock.advance(119_999);
    expect(await fate(late)).toBe('waiting');
    clock.advance(1);
    await expect(late).rejects.toMatchObject({ code: 'queue_timeout', status: 504 });
  });

  test('the deadline of a later arrival is kept when the one before it has gone', async () => {
    const { arbiter, clock } = house();
    atOnce(arbiter.enter(ask('a'), new Departure()));
    const leaver = new Departure();
    const left = arbiter.enter(ask('b'), leaver);
    clock.advance(60_000);
    const late = arbiter.enter(ask('c'), new Departure());
    leaver.leave();
    await expect(left).rejects.toMatchObject({ code: 'client_left' });
    clock.advance(60_000);
    expect(await fate(late)).toBe('waiting');
    clock.advance(60_000);
    expect(await fate(late)).toBe('queue_timeout');
  });

  test('a step of wall time sends nobody away', async () => {
    const { arbiter, clock } = house();
    atOnce(arbiter.enter(ask('a'), new Departure()));
    const waiting = arbiter.enter(ask('b'), new Departure());
    clock.stepWall(3_600_000);
    clock.advance(1);
    expect(await fate(waiting)).toBe('waiting');
  });
});

describe('shutting down', () => {
  test('sends away who waits, refuses who comes, and ends when the last lease is back', async () => {
    const { arbiter } = house();
    const running = atOnce(arbiter.enter(ask('a'), new Departure()));
    const waiting = arbiter.enter(ask('b'), new Departure());
    const drained = arbiter.drain(30_000);
    await expect(waiting).rejects.toMatchObject({ code: 'shutting_down', status: 503 });
    await expect(arbiter.enter(ask('c'), new Departure())).rejects.toMatchObject({ code: 'shutting_down' });
    running.release();
    expect(await drained).toBe(0);
  });

  test('does not wait longer than it was told, and says who is left', async () => {
    const { arbiter, clock } = house();
    const lease = atOnce(arbiter.enter(ask('a'), new Departure()));
    const drained = arbiter.drain(30_000);
    clock.advance(30_000);
    expect(await drained).toBe(1);
    lease.release();
  });

  test('is done at once when nothing runs', async () => {
    expect(await house().arbiter.drain(30_000)).toBe(0);
  });
});

describe('what people see', () => {
  test('who runs and who waits, where, and why', () => {
    const { arbiter, clock } = house();
    const departure = new Departure();
    arbiter.enter(ask('a'), departure);
    clock.advance(100);
    for (const name of ['b', 'c']) void arbiter.enter(ask(name, 'fooocus'), departure);
    clock.advance(50);
    for (const name of ['x', 'y']) void arbiter.enter(ask(name, 'cloud', 'big'), departure);

    const view = arbiter.view();
    expect(view.groups).toEqual([
      {
        name: 'gpu',
        mode: 'serial',
        isDraining: false,
        isPaused: false,
        residents: [],
        strangers: [],
        slots: 1,
        queueMax: 64,
        running: [{ requestId: 'a', appId: 'app', backend: 'ollama', model: 'm', heldMs: 150 }],
        waiting: [
          {
            request: ask('b', 'fooocus'),
            requestId: 'b',
            appId: 'app',
            backend: 'fooocus',
            model: 'm',
            position: 1,
            waitedMs: 50,
            etaMs: undefined,
            why: 'Next in the queue for sequence group "gpu": request a of app "app" is using sequence group "gpu".',
          },
          {
            request: ask('c', 'fooocus'),
            requestId: 'c',
            appId: 'app',
            backend: 'fooocus',
            model: 'm',
            position: 2,
            waitedMs: 50,
            etaMs: undefined,
            why: 'Behind request b of app "app" in the queue for sequence group "gpu".',
          },
        ],
      },
    ]);
    expect(view.backends.map(({ name, running, waiting }) => [name, running.length, waiting.length])).toEqual(
      [
        ['ollama', 1, 0],
        ['fooocus', 0, 2],
        ['cloud', 1, 1],
      ],
    );
    expect(view.backends[2]?.waiting[0]?.why).toBe(
      'Next in the queue for backend "cloud": request x of app "app" is using model "big" at backend "cloud".',
    );
  });

  test('how many wait in each group', () => {
    const { arbiter } = house();
    for (const name of ['a', 'b', 'c']) void arbiter.enter(ask(name), new Departure());
    expect([...arbiter.queueDepths()]).toEqual([['gpu', 2]]);
  });

  test('a removed group is shown as draining until it is empty, then not at all', async () => {
    const { arbiter } = house();
    const lease = atOnce(arbiter.enter(ask('a'), new Departure()));
    arbiter.reconfigure({ groups: new Map(), backends: new Map(), ungrouped: queue });
    expect(arbiter.view().groups).toMatchObject([
      { name: 'gpu', isDraining: true, running: [{ requestId: 'a' }] },
    ]);
    lease.release();
    expect(arbiter.view()).toEqual({ groups: [], backends: [] });
  });

  test('who is held up by a reload is told so', () => {
    const inGroups = (mover: string): LaneLimits => ({
      groups: new Map(['g1', 'g2'].map((name) => [name, queue])),
      backends: new Map([
        ['mover', { group: mover, concurrency: 1, models: new Map() }],
        ['one', { group: 'g1', concurrency: 1, models: new Map() }],
        ['two', { group: 'g2', concurrency: 1, models: new Map() }],
      ]),
      ungrouped: queue,
    });
    const arbiter = new Arbiter(inGroups('g1'), new HandMovedClock());
    const first = atOnce(arbiter.enter(ask('r1', 'one'), new Departure()));
    atOnce(arbiter.enter(ask('r2', 'two'), new Departure()));
    void arbiter.enter(ask('between', 'mover'), new Departure());
    arbiter.reconfigure(inGroups('g2'));
    void arbiter.enter(ask('later', 'one'), new Departure());
    first.release();
    expect(arbiter.view().groups.flatMap(({ waiting }) => waiting.map(({ why }) => why))).toEqual([
      'Next in the queue for sequence group "g1", which is kept for an earlier request that needs two groups since a reload.',
      'Next in the queue for sequence group "g2": request r2 of app "app" is using sequence group "g2".',
    ]);
  });

  test('an operator may take a waiting request out; the next moves up', async () => {
    const { arbiter } = house();
    const running = atOnce(arbiter.enter(ask('a'), new Departure()));
    const unwanted = arbiter.enter(ask('b'), new Departure());
    const next = arbiter.enter(ask('c'), new Departure());
    expect([arbiter.cancel('a'), arbiter.cancel('nobody'), arbiter.cancel('b')]).toEqual([0, 0, 1]);
    await expect(unwanted).rejects.toThrow('The operator cancelled this request');
    running.release();
    expect(await fate(next)).toBe('lease');
  });
});

describe('those who listen', () => {
  test('hear every wait, every slot-second and every refusal', async () => {
    const heard: unknown[] = [];
    const { arbiter, clock } = house({
      granted: ({ requestId }, group, waitedMs) => heard.push(['granted', requestId, group, waitedMs]),
      released: ({ requestId }, group, heldMs) => heard.push(['released', requestId, group, heldMs]),
      rejected: ({ requestId }, group, reason, waitedMs) => heard.push([reason, requestId, group, waitedMs]),
    });
    const first = atOnce(arbiter.enter(ask('a'), new Departure()));
    const second = arbiter.enter(ask('b'), new Departure());
    const leaver = new Departure();
    const left = arbiter.enter(ask('c'), leaver);
    clock.advance(40);
    first.release();
    first.release();
    leaver.leave();
    await expect(left).rejects.toThrow();
    atOnce(arbiter.enter(ask('x', 'cloud'), new Departure()));
    (await second).release();
    expect(heard).toEqual([
      ['granted', 'a', 'gpu', 0],
      ['granted', 'b', 'gpu', 40],
      ['released', 'a', 'gpu', 40],
      ['client_left', 'c', 'gpu', 40],
      ['granted', 'x', undefined, 0],
      ['released', 'b', 'gpu', 0],
    ]);
  });

  test('cannot harm the referee by throwing', async () => {
    const fail = () => {
      throw new Error('the metrics are on fire');
    };
    const { arbiter } = house({ granted: fail, released: fail, rejected: fail });
    const first = atOnce(arbiter.enter(ask('a'), new Departure()));
    const second = arbiter.enter(ask('b'), new Departure());
    first.release();
    expect(await fate(second)).toBe('lease');
  });
});

test('who must wait is told at once how many do, and nobody else is told anything', async () => {
  const { arbiter } = house();
  const told: number[] = [];
  const hear = (position: number) => told.push(position);
  const lease = atOnce(arbiter.enter(ask('a'), new Departure(), hear));
  const leaver = new Departure();
  const waiting = [leaver, new Departure(), new Departure()].map((departure) =>
    Promise.resolve(arbiter.enter(ask('w'), departure, hear)).catch(() => undefined),
  );
  expect(told).toEqual([1, 2, 3]);
  leaver.leave();
  waiting.push(Promise.resolve(arbiter.enter(ask('w'), new Departure(), hear)).catch(() => undefined));
  expect(told).toEqual([1, 2, 3, 3]);
  lease.release();
  expect((await waiting[1])?.loadMs).toBeUndefined();
  await expect(arbiter.enter(ask('late'), leaver, hear)).rejects.toMatchObject({ code: 'client_left' });
  expect(told).toHaveLength(4);
});

test('fifty who are turned away in one moment are told fifty different moments to come again', async () => {
  const limits = { ...oneGpu, groups: new Map([['gpu', { ...queue, queueMax: 0 }]]) };
  let at = 0;
  const arbiter = new Arbiter(limits, new HandMovedClock(), undefined, undefined, () => at++ / 50);
  void arbiter.enter(ask('runs'), new Departure());
  const told = new Set<number>();
  for (let i = 0; i < 50; i++) {
    const entered = Promise.resolve(arbiter.enter(ask('late'), new Departure()));
    const refusal: unknown = await entered.catch((error: unknown) => error);
    if (refusal instanceof GatewayError) told.add(refusal.details.retryAfterMs ?? 0);
  }
  expect(told.size).toBe(50);
  expect(Math.min(...told)).toBe(1_000);
});

describe('the watchdog', () => {
  const held: [object, string | undefined, number][] = [];
  const observer: ArbiterObserver = {
    granted: () => undefined,
    released: () => undefined,
    rejected: () => undefined,
    heldTooLong: (request, group, heldMs) => held.push([request, group, heldMs]),
  };
  const watched: LaneLimits = {
    ...oneGpu,
    groups: new Map([
      ['gpu', { ...queue, heldMaxMs: 60_000 }],
      ['patient', { ...queue, heldMaxMs: Number.POSITIVE_INFINITY }],
    ]),
    backends: new Map([
      ...oneGpu.backends,
      ['pictures', { group: 'patient', concurrency: 1, models: new Map() }],
    ]),
    ungrouped: { ...queue, heldMaxMs: 90_000 },
  };

  test('tells once of each who keeps its turn for longer than its lane allows, counted from when it had it', () => {
    held.length = 0;
    const clock = new HandMovedClock();
    const arbiter = new Arbiter(watched, clock, observer);
    const [stuck, next] = [ask('same'), ask('same', 'fooocus')];
    const lease = atOnce(arbiter.enter(stuck, new Departure()));
    void arbiter.enter(next, new Departure());
    void arbiter.enter(ask('slow', 'cloud'), new Departure());
    void arbiter.enter(ask('picture', 'pictures'), new Departure());

    clock.advance(60_000);
    expect([arbiter.watch(), held.length]).toEqual([0, 0]);
    clock.advance(1);
    expect([arbiter.watch(), arbiter.watch()]).toEqual([1, 1]);
    expect(held).toEqual([[stuck, 'gpu', 60_001]]);
    // The very object it came with: the one behind it bears the same id.
    expect(held[0]?.[0]).toBe(stuck);

    lease.release();
    clock.advance(30_000);
    expect(arbiter.watch()).toBe(1);
    expect(held.at(-1)?.slice(1)).toEqual([undefined, 90_001]);
    clock.advance(10_000_000);
    expect(arbiter.watch()).toBe(2);
    expect(held).toHaveLength(3);
    expect(held.at(-1)?.[0]).toBe(next);
  });

  test('goes by the limits in force, not by those it began under', () => {
    held.length = 0;
    const clock = new HandMovedClock();
    const arbiter = new Arbiter(oneGpu, clock, observer);
    void arbiter.enter(ask('a'), new Departure());
    clock.advance(100_000_000);
    expect(arbiter.watch()).toBe(0);
    arbiter.reconfigure(watched);
    expect(arbiter.watch()).toBe(1);
  });
});
