import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { Residency } from '../../model/model-keeper.ts';
import type { CardEvent } from './card-event.ts';
import type { BackendLimits, GroupLimits, LaneLimits, LaneRequest, ModelFacts } from './lane-limits.ts';
import { viewLanes } from './lane-view.ts';
import { cancelledByOperator } from './refusals.ts';
import { Scheduler } from './scheduler.ts';
import type { Ticket } from './ticket.ts';

/**
 * Events as short words, and a diary of what came of them: `+a` granted, `-a queue_full` refused, `>m` ordered to be
 * loaded, `<m` to be unloaded, `~m` its load is not wanted any more.
 */
class Script {
  readonly diary: string[] = [];
  readonly events: CardEvent[] = [];
  readonly scheduler: Scheduler;
  nowMs = 0;
  readonly #tickets = new Map<string, Ticket>();
  readonly #residencies = new Map<string, Residency>();

  constructor(limits: LaneLimits, isManaged = (_: Residency) => true) {
    const note = (sign: string) => (residency: Residency) => {
      this.#residencies.set(residency.model, residency);
      this.diary.push(`${sign}${residency.model}`);
    };
    this.scheduler = new Scheduler(
      limits,
      {
        grant: (ticket) => this.diary.push(`+${ticket.request.requestId}`),
        reject: (ticket, { code }) => this.diary.push(`-${ticket.request.requestId} ${code}`),
        tell: (event) => this.events.push(event),
      },
      { manages: isManaged, load: note('>'), unload: note('<'), abandonLoad: note('~') },
    );
  }

  /** `a1` asks for model `a`. */
  arrive(requestId: string, more: Partial<LaneRequest> = {}): GatewayError | undefined {
    const request = { requestId, appId: 'app', backend: 'ollama', model: requestId[0] ?? '', ...more };
    const outcome = this.scheduler.arrive(request, this.nowMs);
    if (outcome instanceof GatewayError) {
      this.diary.push(`-${requestId} ${outcome.code}`);
      return outcome;
    }
    this.#tickets.set(requestId, outcome);
    if (outcome.state === 'running') this.diary.push(`+${requestId}`);
    return undefined;
  }

  arriveAll(...requestIds: string[]): void {
    for (const requestId of requestIds) this.arrive(requestId);
  }

  release(requestId: string, afterMs = 0): string {
    this.pass(afterMs);
    this.scheduler.release(this.#ticket(requestId), this.nowMs);
    return this.look();
  }

  cancel(requestId: string): void {
    this.scheduler.cancel(this.#ticket(requestId), cancelledByOperator(), this.nowMs);
  }

  loaded(model: string, tookMs = 0): string {
    this.pass(tookMs);
    this.scheduler.loaded(this.#key(model), tookMs, this.nowMs);
    return this.look();
  }

  loadFailed(model: string): string {
    this.scheduler.loadFailed(this.#key(model), 'out of memory', this.nowMs);
    return this.look();
  }

  unloaded(model: string): string {
    this.scheduler.unloaded(this.#key(model), this.nowMs);
    return this.look();
  }

  unloadFailed(model: string): string {
    this.scheduler.unloadFailed(this.#key(model), 'it would not', this.nowMs);
    return this.look();
  }

  /** The alarm is kept as the arbiter keeps it: nothing is looked at before it rings. */
  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (let dueMs = this.#due(); dueMs <= untilMs; dueMs = this.#due()) {
      this.nowMs = Math.max(this.nowMs, dueMs);
      this.scheduler.tick(this.nowMs);
      if (this.#due() <= this.nowMs) throw new Error(`the alarm rings for nothing at ${this.nowMs}`);
    }
    this.nowMs = untilMs;
  }

  why(requestId: string): string | undefined {
    return this.waiting().find((view) => view.requestId === requestId)?.why;
  }

  waiting() {
    return viewLanes(this.scheduler, this.nowMs).groups.flatMap(({ waiting }) => waiting);
  }

  /** What happened since the last look. */
  look(): string {
    return this.diary.splice(0).join(' ');
  }

  #due(): number {
    return this.scheduler.earliestDeadlineMs ?? Number.POSITIVE_INFINITY;
  }

  #ticket(requestId: string): Ticket {
    const ticket = this.#tickets.get(requestId);
    if (ticket === undefined) throw new Error(`the script has no ${requestId}`);
    return ticket;
  }

  #key(model: string): string {
    return this.#residencies.get(model)?.key ?? '';
  }
}

const queue = { queueMax: 640, queuePerAppMax: 640, queueWaitMaxMs: 600_000 };
const affinity = { batchMax: 8, holdMaxMs: 30_000 };
const swap: GroupLimits = { ...queue, mode: 'swap', affinity };

function house(
  group: GroupLimits,
  facts: Record<string, ModelFacts> = {},
  concurrency = 1,
  more: Record<string, BackendLimits> = {},
): LaneLimits {
  const ollama = { group: 'gpu', concurrency: 64, models: new Map(), concurrencyPerModel: concurrency };
  return {
    groups: new Map([['gpu', group]]),
    backends: new Map([
      ['ollama', { ...ollama, facts: new Map(Object.entries(facts)) }],
      ...Object.entries(more),
    ]),
    ungrouped: queue,
  };
}

/** Model `a` is loaded and `a1` runs. */
function withModelA(limits = house(swap), isManaged?: (residency: Residency) => boolean): Script {
  const script = new Script(limits, isManaged);
  script.arrive('a1');
  if (script.look() === '>a') script.loaded('a', 10_000);
  script.look();
  return script;
}

describe('mode swap', () => {
  test('a model is loaded before its first request and unloaded before the next is loaded', () => {
    const script = new Script(house(swap));
    script.arriveAll('a1', 'b1');
    expect(script.look()).toBe('>a');
    expect(script.loaded('a', 10_000)).toBe('+a1');
    expect(script.release('a1', 6000)).toBe('<a');
    expect(script.unloaded('a')).toBe('>b');
    expect(script.loaded('b', 10_000)).toBe('+b1');
  });

  test('a resident model takes as many requests as it may, a model that is not there none', () => {
    const script = withModelA(house(swap, {}, 3));
    script.arriveAll('a2', 'a3', 'a4', 'b1');
    expect(script.look()).toBe('+a2 +a3');
    expect(script.release('a1')).toBe('+a4');
  });

  test('two load options of one model are two residents', () => {
    const long = house(swap, { a: { loadOptions: '{"num_ctx":8192}' } });
    const script = withModelA(house(swap));
    script.scheduler.reconfigure(long, script.nowMs);
    script.release('a1', 6000);
    script.arrive('a2');
    expect(script.look()).toBe('<a');
  });

  test('where the runtime loads by itself nothing is ordered, and models still take turns', () => {
    const script = new Script(house(swap), () => false);
    script.arriveAll('a1', 'b1', 'a2');
    expect(script.look()).toBe('+a1');
    expect(script.release('a1', 6000)).toBe('+a2');
    expect(script.release('a2', 6000)).toBe('+b1');
  });

  test('an unmanaged backend makes a managed one give way', () => {
    const fooocus = { group: 'gpu', concurrency: 1, models: new Map() };
    const script = withModelA(house(swap, {}, 1, { fooocus }), ({ backend }) => backend === 'ollama');
    script.arrive('picture', { backend: 'fooocus' });
    expect(script.release('a1', 6000)).toBe('<a');
    expect(script.unloaded('a')).toBe('+picture');
    script.arrive('a2');
    expect(script.release('picture', 6000)).toBe('>a');
  });
});

describe('affinity', () => {
  test('a loaded model is stayed with for max_batch requests past somebody who waits, and no more', () => {
    const script = withModelA();
    script.arrive('b1');
    for (let i = 2; i < 20; i++) script.arrive(`a${i}`);
    script.look();
    const served: string[] = [];
    let running = 'a1';
    for (;;) {
      const next = script.release(running, 1000);
      if (!next.startsWith('+')) break;
      running = next.slice(1);
      served.push(running);
    }
    expect(served).toEqual(['a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9']);
    expect(script.unloaded('a')).toBe('>b');
    expect(script.events.findLast(({ what }) => what === 'swap')).toMatchObject({ reason: 'batch' });
  });

  test('or for max_hold_s since the oldest who waits for another model came', () => {
    const script = withModelA(house(swap, {}, 2));
    script.pass(10_000);
    script.arrive('b1');
    for (let i = 2; i < 10; i++) script.arrive(`a${i}`);
    script.look();
    expect(script.release('a1', 15_000)).toBe('+a3');
    script.pass(14_999);
    expect(script.release('a2')).toBe('+a4');
    script.pass(1);
    expect(script.release('a3')).toBe('');
    expect(script.release('a4')).toBe('<a');
    expect(script.events.at(-1)).toMatchObject({ what: 'swap', reason: 'hold' });
  });

  test('a model that nobody wants gives way at once, but not within five seconds', () => {
    const script = withModelA();
    expect(script.release('a1', 1000)).toBe('');
    script.arrive('b1');
    expect(script.look()).toBe('');
    script.pass(3999);
    expect(script.look()).toBe('');
    script.pass(1);
    expect(script.look()).toBe('<a');
  });

  test('between apps it goes on until the difference is worth the swap, but not for half of what anybody may wait', () => {
    const script = withModelA(house({ ...swap, queueWaitMaxMs: 120_000 }));
    script.arrive('b1', { appId: 'other' });
    script.release('a1', 6000);
    script.unloaded('a');
    script.loaded('b', 20_000);
    script.release('b1', 5000);
    script.arrive('a1');
    script.unloaded('b');
    script.loaded('a', 10_000);
    script.arrive('b2', { appId: 'other' });
    for (let i = 2; i < 40; i++) script.arrive(`a${i}`);
    script.look();
    let running = 'a1';
    const sinceMs = script.nowMs;
    for (
      let next = script.release(running, 3000);
      next.startsWith('+');
      next = script.release(running, 3000)
    ) {
      running = next.slice(1);
    }
    // Behind by 3 × (10 s + 20 s) it would be after 90 s; it may be passed for 60 s.
    expect(script.nowMs - sinceMs).toBe(60_000);
  });

  test('when it is used up shares decide: an app that has had less keeps its model', () => {
    const script = withModelA(house({ ...swap, affinity: { batchMax: 1, holdMaxMs: 30_000 } }));
    script.arrive('b1', { appId: 'greedy' });
    script.arrive('a2', { appId: 'greedy' });
    for (let i = 3; i < 6; i++) script.arrive(`a${i}`, { appId: 'modest' });
    script.arrive('b2', { appId: 'greedy' });
    script.look();
    expect(script.release('a1', 6000)).toBe('+a2');
    expect(script.release('a2', 60_000)).toBe('+a3');
    expect(script.release('a3', 1000)).toBe('+a4');
  });
});

describe('the drain barrier', () => {
  test('nobody revives a model that has been chosen to go', () => {
    const script = withModelA(house({ ...swap, affinity: { batchMax: 0, holdMaxMs: 0 } }, {}, 2));
    script.pass(6000);
    script.arrive('b1');
    script.arrive('a2');
    expect(script.look()).toBe('');
    expect(script.why('a2')).toContain('being taken off the card');
    expect(script.why('b1')).toBe(
      'Waits for model "b", for which room is being made: 1 request still uses model "a".',
    );
    expect(script.release('a1', 50_000)).toBe('<a');
    expect(script.unloaded('a')).toBe('>b');
    expect(script.loaded('b', 1000)).toBe('+b1');
    expect(script.release('b1', 6000)).toBe('<b');
    expect(script.unloaded('b')).toBe('>a');
    expect(script.loaded('a', 1000)).toBe('+a2');
  });

  test('is lifted when those it was for have left', () => {
    const script = withModelA(house({ ...swap, affinity: { batchMax: 0, holdMaxMs: 0 } }, {}, 2));
    script.pass(6000);
    script.arriveAll('b1', 'a2');
    script.look();
    script.cancel('b1');
    expect(script.look()).toBe('-b1 client_left +a2');
  });
});

describe('mode sets', () => {
  const sets: GroupLimits = { ...queue, mode: 'sets', capacityVramMib: 24_000, affinity };
  const facts = {
    a: { vramMib: 10_000 },
    b: { vramMib: 10_000 },
    c: { vramMib: 12_000 },
    d: { vramMib: 4000 },
  };

  test('models that fit are beside one another, and each has its own turns', () => {
    const script = withModelA(house(sets, facts));
    script.arriveAll('b1', 'a2', 'd1');
    expect(script.look()).toBe('>b >d');
    expect(script.loaded('d', 2000)).toBe('+d1');
    expect(script.release('a1')).toBe('+a2');
    expect(script.loaded('b', 2000)).toBe('+b1');
  });

  test('a request for a loaded model waits for nobody else to be loaded', () => {
    const script = withModelA(house(sets, facts));
    script.arriveAll('b1', 'a2');
    expect(script.look()).toBe('>b');
    expect(script.release('a1', 1000)).toBe('+a2');
  });

  test('the idle one that was used longest ago goes first, and only what must', () => {
    const script = withModelA(house(sets, facts));
    script.release('a1');
    script.arrive('b1');
    script.loaded('b', 2000);
    script.release('b1', 6000);
    script.arrive('c1');
    expect(script.look()).toBe('<a');
    expect(script.unloaded('a')).toBe('>c');
  });

  test('a model that declares nothing is alone', () => {
    const script = withModelA(house(sets, facts));
    script.arrive('x1');
    script.look();
    script.arrive('b1');
    expect(script.look()).toBe('>b');
    script.loaded('b', 6000);
    script.look();
    script.release('b1', 6000);
    expect(script.release('a1')).toBe('<a <b');
    script.unloaded('b');
    expect(script.unloaded('a')).toBe('>x');
  });

  test('a large model is not passed by for ever by small ones that fit', () => {
    const big = { ...facts, x: { vramMib: 24_000 } };
    const script = withModelA(house(sets, big));
    script.arrive('x1');
    for (let i = 2; i < 32; i++) script.arriveAll(`a${i}`, `b${i}`);
    script.look();
    const running = new Set(['a1']);
    for (let round = 0; round < 100 && running.size > 0; round++) {
      const [first = ''] = running;
      running.delete(first);
      const told = `${script.release(first, 2000)} ${script.loaded('b')}`;
      for (const word of told.split(' ')) if (word.startsWith('+')) running.add(word.slice(1));
    }
    script.unloaded('a');
    expect(script.unloaded('b')).toBe('>x');
    expect(script.waiting().length).toBeGreaterThan(1);
  });
});

describe('mode serial with affinity', () => {
  test('stays with the model it served, one at a time, and orders nothing', () => {
    const script = new Script(house({ ...queue, affinity: { batchMax: 2, holdMaxMs: 30_000 } }, {}, 8));
    script.arriveAll('a1', 'b1', 'a2', 'b2', 'a3', 'a4');
    expect(script.look()).toBe('+a1');
    const order = ['a1', 'a2', 'a3', 'b1', 'b2'];
    const told = order.map((name) => script.release(name, 1000));
    expect(told).toEqual(['+a2', '+a3', '+b1', '+b2', '+a4']);
  });

  test('unload_on_switch makes it order loads and unloads', () => {
    const script = new Script(house({ ...queue, unloadOnSwitch: true }));
    script.arriveAll('a1', 'b1');
    expect(script.look()).toBe('>a');
    expect(script.loaded('a', 6000)).toBe('+a1');
    expect(script.release('a1', 6000)).toBe('<a');
  });
});

describe('failures', () => {
  test('(j) a load that fails fails its own waiters, and does not delay another model', () => {
    const script = new Script(house(swap));
    script.arriveAll('a1', 'a2', 'b1');
    script.look();
    expect(script.loadFailed('a')).toBe('-a1 no_healthy_backend -a2 no_healthy_backend >b');
    expect(script.loaded('b', 1000)).toBe('+b1');
    expect(script.events.find(({ what }) => what === 'load failed')).toMatchObject({ backoffMs: 5000 });
  });

  test('the model is put off, longer each time, and the others are not', () => {
    const script = new Script(house(swap));
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 8; i++) {
      script.arrive('a1');
      script.loadFailed('a');
      const refusal = script.arrive('a2');
      expect(refusal?.code).toBe('no_healthy_backend');
      waits.push(refusal?.details.retryAfterMs);
      script.pass(300_000);
    }
    expect(waits).toEqual([5000, 10_000, 20_000, 40_000, 45_000, 45_000, 45_000, 45_000]);
  });

  test('an unload that fails is tried again, and then the next model is loaded all the same', () => {
    const script = withModelA();
    script.arrive('b1');
    expect(script.release('a1', 6000)).toBe('<a');
    expect(script.unloadFailed('a')).toBe('');
    script.pass(5000);
    expect(script.look()).toBe('<a');
    expect(script.unloadFailed('a')).toBe('>b');
  });

  test('a keeper that never answers does not hold the card for ever', () => {
    const script = new Script(house({ ...swap, queueWaitMaxMs: 10_000_000 }));
    script.arriveAll('a1', 'b1');
    script.look();
    script.pass(900_000);
    expect(script.look()).toBe('-a1 no_healthy_backend >b');
    script.loaded('b', 6000);
    script.look();
    script.arrive('a2');
    expect(script.release('b1', 6000)).toBe('<b');
    script.pass(120_000);
    script.pass(5000);
    expect(script.look()).toBe('<b');
    script.pass(120_000);
    expect(script.look()).toBe('>a');
  });

  test('a load that is allowed to take two hours is waited for', () => {
    const limits = house({ ...swap, queueWaitMaxMs: 100_000_000 });
    const [[name, patient] = []] = [...limits.backends];
    const answers = { loadMaxMs: 7_200_000, unloadMaxMs: 120_000 };
    const script = new Script({
      ...limits,
      backends: new Map([[name ?? '', { ...(patient as BackendLimits), answers }]]),
    });
    script.arriveAll('a1', 'b1');
    script.look();
    script.pass(7_199_999);
    expect(script.look()).toBe('');
    script.pass(1);
    expect(script.look()).toBe('-a1 no_healthy_backend >b');
  });

  test('answers to orders nobody gave are ignored', () => {
    const script = withModelA();
    expect(script.loaded('a')).toBe('');
    expect(script.unloaded('a')).toBe('');
    expect(script.unloadFailed('a')).toBe('');
    expect(script.loadFailed('a')).toBe('');
    script.scheduler.loaded('nobody', 1, script.nowMs);
    script.arrive('a2');
    expect(script.release('a1')).toBe('+a2');
  });

  test('a load that nobody waits for any more goes on, until another model wants the room', () => {
    const script = new Script(house(swap));
    script.arrive('a1');
    script.cancel('a1');
    expect(script.look()).toBe('>a -a1 client_left');
    script.arrive('b1');
    expect(script.look()).toBe('~a');
    expect(script.loadFailed('a')).toBe('>b');
    script.arrive('a2');
    expect(script.look()).toBe('');
  });

  test('a load that was not broken off in time gives way as soon as it is done', () => {
    const script = new Script(house(swap));
    script.arrive('a1');
    script.cancel('a1');
    script.arrive('b1');
    script.look();
    expect(script.loaded('a', 10_000)).toBe('<a');
    expect(script.unloaded('a')).toBe('>b');
  });
});

describe('what happens by itself', () => {
  test('an idle model is unloaded after its time, and not while it is used', () => {
    const script = withModelA(house(swap, { a: { unloadAfterMs: 60_000 } }));
    script.pass(100_000);
    expect(script.look()).toBe('');
    script.release('a1');
    script.pass(59_999);
    expect(script.look()).toBe('');
    script.pass(1);
    expect(script.look()).toBe('<a');
  });

  test('a warm model is loaded when there is nothing else to do', () => {
    const script = new Script(house(swap, { w: { isWarm: true } }));
    expect(script.look()).toBe('');
    script.scheduler.begin(0);
    expect(script.look()).toBe('>w');
    script.loaded('w', 1000);
    script.pass(6000);
    script.arrive('w1');
    expect(script.look()).toBe('+w1');
  });

  test('it never sends away a model that was used in the last five minutes, nor makes anybody wait', () => {
    const script = withModelA(house(swap, { w: { isWarm: true } }));
    script.release('a1');
    script.pass(299_999);
    expect(script.look()).toBe('');
    script.pass(1);
    expect(script.look()).toBe('<a');
    expect(script.unloaded('a')).toBe('>w');
    script.arrive('a2');
    expect(script.look()).toBe('~w');
  });
});

describe('orders of an operator', () => {
  test('a model is unloaded once nobody uses it; who wants it meanwhile has it loaded again', () => {
    const script = withModelA(house(swap, {}, 2));
    expect([script.scheduler.unload('a', script.nowMs), script.scheduler.unload('x', script.nowMs)]).toEqual([
      1, 0,
    ]);
    script.arrive('a2');
    expect(script.look()).toBe('');
    expect(script.release('a1')).toBe('<a');
    expect(script.unloaded('a')).toBe('>a');
    expect(script.loaded('a', 1000)).toBe('+a2');
  });

  test('a paused group lets nobody in and forgets nobody', () => {
    const script = withModelA();
    expect([script.scheduler.pause('gpu'), script.scheduler.pause('nothing')]).toEqual([true, false]);
    script.arriveAll('a2', 'b1');
    expect(script.release('a1', 60_000)).toBe('');
    expect(script.why('a2')).toBe(
      'An operator has paused sequence group "gpu"; it waits until that is resumed.',
    );
    expect(script.scheduler.resume('gpu', script.nowMs)).toBe(true);
    expect(script.look()).toBe('+a2');
  });
});

describe('priority', () => {
  test('goes before what is loaded, once that has been there for its five seconds', () => {
    const script = withModelA();
    script.arrive('a2');
    script.arrive('b1', { priority: 9 });
    expect(script.release('a1', 1000)).toBe('+a2');
    script.arrive('a3');
    expect(script.release('a2', 6000)).toBe('<a');
    expect(script.events.at(-1)).toMatchObject({ reason: 'priority' });
  });

  test('of a low one rises by waiting, and then is an equal', () => {
    const script = withModelA();
    script.arrive('a2', { priority: 9, appId: 'boss' });
    script.arrive('a3', { priority: 7, appId: 'clerk' });
    script.look();
    expect(script.release('a1', 1000)).toBe('+a2');
    script.arrive('a4', { priority: 9, appId: 'boss' });
    script.pass(18_000);
    expect(script.release('a2')).toBe('+a4');
    script.arrive('a5', { priority: 9, appId: 'boss' });
    expect(script.release('a4', 3000)).toBe('+a3');
  });
});

describe('deadlines and estimates', () => {
  test('who cannot be served in time for certain is told at once', () => {
    const script = withModelA();
    script.release('a1', 6000);
    script.arrive('b1');
    script.look();
    script.unloaded('a');
    script.loaded('b', 20_000);
    script.arriveAll('b2', 'b3');
    expect(script.arrive('b4', { waitMaxMs: 1000 })).toBeUndefined();
    script.release('b1', 10_000);
    expect(script.arrive('b5', { waitMaxMs: 9000 })?.code).toBe('queue_timeout');
    expect(script.arrive('b6', { waitMaxMs: 21_000 })).toBeUndefined();
    expect(script.arrive('a2', { waitMaxMs: 9000 })?.code).toBe('queue_timeout');
    expect(script.arrive('a3', { waitMaxMs: 11_000 })).toBeUndefined();
  });

  test('who would wait for a load that is under way is told when it will be there', () => {
    const script = withModelA();
    script.release('a1', 6000);
    script.arrive('b1');
    script.unloaded('a');
    script.loaded('b', 20_000);
    script.release('b1', 6000);
    script.arrive('a2');
    script.unloaded('b');
    script.pass(4000);
    const refusal = script.arrive('a3', { waitMaxMs: 5000 });
    expect(refusal).toMatchObject({ code: 'model_loading', details: { retryAfterMs: 6000 } });
  });

  test('retry-after counts the work ahead and the load', () => {
    const script = withModelA(house({ ...swap, queueMax: 2 }));
    script.release('a1', 6000);
    script.arriveAll('b1', 'b2');
    expect(script.arrive('a2')?.details.retryAfterMs).toBe(2 * 6000 + 10_000);
  });

  test('everybody who waits is told a position and a time, by the rules', () => {
    const script = withModelA();
    script.release('a1', 6000);
    script.arrive('a1');
    script.arriveAll('b1', 'a2', 'b2');
    const views = script.waiting().map(({ requestId, position, etaMs }) => [requestId, position, etaMs]);
    expect(views).toEqual([
      ['b1', 2, 12_000],
      ['a2', 1, 6000],
      ['b2', 3, 18_000],
    ]);
    expect(script.why('b1')).toBe(
      'Waits for model "b", after model "a", which stays while it has work; in 24 s or after 8 more requests shares decide.',
    );
  });
});
