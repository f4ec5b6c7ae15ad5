import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { BackendLimits, LaneLimits, LaneRequest, QueueLimits } from './lane-limits.ts';
import { cancelledByOperator } from './refusals.ts';
import { Scheduler } from './scheduler.ts';
import type { Ticket } from './ticket.ts';

/** Events as short words, and a diary of what came of them: `+a` granted, `-a queue_full` refused. */
class Script {
  readonly diary: string[] = [];
  readonly #tickets = new Map<string, Ticket>();
  readonly #scheduler: Scheduler;
  nowMs = 0;

  constructor(limits: LaneLimits) {
    this.#scheduler = new Scheduler(limits, {
      grant: (ticket) => this.diary.push(`+${ticket.request.requestId}`),
      reject: (ticket, { code }) => this.diary.push(`-${ticket.request.requestId} ${code}`),
    });
  }

  arrive(requestId: string, backend: string, more: Partial<LaneRequest> = {}): GatewayError | undefined {
    const request = { requestId, appId: 'app', backend, model: 'm', ...more };
    const outcome = this.#scheduler.arrive(request, this.nowMs);
    if (outcome instanceof GatewayError) {
      this.diary.push(`-${requestId} ${outcome.code}`);
      return outcome;
    }
    this.#tickets.set(requestId, outcome);
    if (outcome.state === 'running') this.diary.push(`+${requestId}`);
    return undefined;
  }

  release(requestId: string): void {
    this.#scheduler.release(this.#ticket(requestId), this.nowMs);
  }

  cancel(requestId: string): boolean {
    return this.#scheduler.cancel(this.#ticket(requestId), cancelledByOperator(), this.nowMs);
  }

  pass(ms: number): void {
    this.nowMs += ms;
    this.#scheduler.tick(this.nowMs);
  }

  reload(limits: LaneLimits): void {
    this.#scheduler.reconfigure(limits, this.nowMs);
  }

  get names(): string[] {
    return [...this.#scheduler.lanes.groups.keys(), ...this.#scheduler.lanes.backends.keys()];
  }

  /** What happened since the last look. */
  look(): string {
    return this.diary.splice(0).join(' ');
  }

  #ticket(requestId: string): Ticket {
    const ticket = this.#tickets.get(requestId);
    if (ticket === undefined) throw new Error(`the script has no ${requestId}`);
    return ticket;
  }
}

const queue: QueueLimits = { queueMax: 64, queuePerAppMax: 16, queueWaitMaxMs: 120_000 };

const inGroup = (group: string, concurrency = 1): BackendLimits => ({
  group,
  concurrency,
  models: new Map(),
});
const alone = (concurrency: number, models: Record<string, number> = {}): BackendLimits => ({
  concurrency,
  models: new Map(Object.entries(models)),
});

function limits(backends: Record<string, BackendLimits>, queueLimits: Partial<QueueLimits> = {}): LaneLimits {
  const mine = { ...queue, ...queueLimits };
  const names = Object.values(backends).flatMap(({ group }) => group ?? []);
  return {
    groups: new Map(names.map((name) => [name, mine])),
    backends: new Map(Object.entries(backends)),
    ungrouped: mine,
  };
}

describe('one at a time', () => {
  test('requests to different backends of a group run strictly one after another, in order of arrival', () => {
    const script = new Script(limits({ ollama: inGroup('gpu'), fooocus: inGroup('gpu') }));
    script.arrive('a', 'ollama');
    script.arrive('b', 'fooocus');
    script.arrive('c', 'ollama');
    expect(script.look()).toBe('+a');
    script.release('a');
    expect(script.look()).toBe('+b');
    script.release('b');
    expect(script.look()).toBe('+c');
  });

  test('a group stays at one even when its backend allows more', () => {
    const script = new Script(limits({ vllm: inGroup('gpu', 8) }));
    script.arrive('a', 'vllm');
    script.arrive('b', 'vllm');
    expect(script.look()).toBe('+a');
  });

  test('other groups and ungrouped backends run beside it', () => {
    const script = new Script(limits({ one: inGroup('gpu0'), two: inGroup('gpu1'), cloud: alone(2) }));
    script.arrive('a', 'one');
    script.arrive('b', 'two');
    script.arrive('c', 'cloud');
    script.arrive('d', 'cloud');
    script.arrive('e', 'cloud');
    expect(script.look()).toBe('+a +b +c +d');
    script.release('c');
    expect(script.look()).toBe('+e');
  });

  test('a model at its limit holds up nobody who wants another model of the backend', () => {
    const script = new Script(limits({ cloud: alone(3, { big: 1 }) }));
    script.arrive('big1', 'cloud', { model: 'big' });
    script.arrive('big2', 'cloud', { model: 'big' });
    script.arrive('small', 'cloud', { model: 'small' });
    expect(script.look()).toBe('+big1 +small');
    script.release('big1');
    expect(script.look()).toBe('+big2');
  });

  test('a freed backend slot goes to the earliest arrival that fits, whatever its model', () => {
    const script = new Script(limits({ cloud: alone(1, { big: 1 }) }));
    script.arrive('first', 'cloud', { model: 'small' });
    script.arrive('big', 'cloud', { model: 'big' });
    script.arrive('small', 'cloud', { model: 'small' });
    script.release('first');
    script.release('big');
    expect(script.look()).toBe('+first +big +small');
  });

  test('a second release of the same request frees nothing more', () => {
    const script = new Script(limits({ ollama: inGroup('gpu') }));
    for (const name of ['a', 'b', 'c']) script.arrive(name, 'ollama');
    script.release('a');
    script.release('a');
    expect(script.look()).toBe('+a +b');
  });
});

describe('leaving the queue', () => {
  const queued = () => {
    const script = new Script(limits({ ollama: inGroup('gpu') }));
    for (const name of ['a', 'b', 'c', 'd']) script.arrive(name, 'ollama');
    script.look();
    return script;
  };
  const finish = (script: Script, ...names: string[]) => {
    for (const name of names) script.release(name);
    return script.look();
  };

  test.each([
    ['the first', 'b', '+c +d'],
    ['one in the middle', 'c', '+b +d'],
    ['the last', 'd', '+b +c'],
  ])('%s in line may leave and the others keep their order', (_, leaver, served) => {
    const script = queued();
    script.cancel(leaver);
    expect(script.look()).toBe(`-${leaver} client_left`);
    expect(finish(script, 'a', ...['b', 'c', 'd'].filter((name) => name !== leaver))).toBe(served);
  });

  test('all may leave, and the next to come finds the group free', () => {
    const script = queued();
    for (const name of ['c', 'b', 'd']) script.cancel(name);
    script.release('a');
    script.look();
    script.arrive('e', 'ollama');
    expect(script.look()).toBe('+e');
  });

  test('who is running or has ended cannot be taken out of the queue', () => {
    const script = queued();
    expect(script.cancel('a')).toBe(false);
    script.release('a');
    expect(script.cancel('a')).toBe(false);
    expect(script.cancel('b')).toBe(false);
    expect(script.look()).toBe('+b');
  });

  test('who has left the queue cannot leave again, nor give slots back it never had', () => {
    const script = queued();
    script.cancel('c');
    expect(script.cancel('c')).toBe(false);
    script.release('c');
    expect(script.look()).toBe('-c client_left');
  });
});

describe('bounds', () => {
  test('a full queue refuses with the measured time of the work ahead', () => {
    const script = new Script(limits({ ollama: inGroup('gpu') }, { queueMax: 2 }));
    script.arrive('a', 'ollama');
    script.nowMs += 4000;
    script.release('a');
    for (const name of ['b', 'c', 'd']) script.arrive(name, 'ollama');
    const refusal = script.arrive('e', 'ollama');
    expect(refusal).toMatchObject({ code: 'queue_full', status: 429, details: { retryAfterMs: 12_000 } });
    expect(refusal?.message).toBe(
      'The queue for sequence group "gpu" is full: 2 requests are waiting, which is the most it takes; try again in about 12 s.',
    );
  });

  test('the advice to try again stays between 1 and 59 seconds', () => {
    const script = new Script(limits({ ollama: inGroup('gpu') }, { queueMax: 0 }));
    script.arrive('quick', 'ollama');
    script.release('quick');
    script.arrive('slow', 'ollama');
    expect(script.arrive('x', 'ollama')?.details.retryAfterMs).toBe(1000);
    script.nowMs += 10_000_000;
    script.release('slow');
    script.arrive('next', 'ollama');
    // Longer than can be told: as anything from 45 s up to 59.
    expect(script.arrive('y', 'ollama')?.details.retryAfterMs).toBe(45_000);
  });

  test('one app cannot fill the queue for the others', () => {
    const script = new Script(limits({ ollama: inGroup('gpu') }, { queuePerAppMax: 1 }));
    script.arrive('a', 'ollama', { appId: 'greedy' });
    script.arrive('b', 'ollama', { appId: 'greedy' });
    expect(script.arrive('c', 'ollama', { appId: 'greedy' })?.message).toContain(
      'app "greedy" has 1 requests waiting',
    );
    script.arrive('d', 'ollama', { appId: 'modest' });
    script.cancel('b');
    script.arrive('e', 'ollama', { appId: 'greedy' });
    script.release('a');
    script.release('d');
    expect(script.look()).toBe('+a -c queue_full -b client_left +d +e');
  });

  test('who has waited too long is sent away, and the one behind is served in its turn', () => {
    const script = new Script(limits({ ollama: inGroup('gpu') }, { queueWaitMaxMs: 1000 }));
    script.arrive('a', 'ollama');
    script.arrive('b', 'ollama');
    script.nowMs = 600;
    script.arrive('c', 'ollama');
    script.pass(399);
    expect(script.look()).toBe('+a');
    script.pass(1);
    expect(script.look()).toBe('-b queue_timeout');
    script.release('a');
    expect(script.look()).toBe('+c');
  });

  test("a client's own patience may be shorter than the lane's, never longer", () => {
    const script = new Script(limits({ ollama: inGroup('gpu') }, { queueWaitMaxMs: 1000 }));
    script.arrive('a', 'ollama');
    script.arrive('patient', 'ollama', { waitMaxMs: 5000 });
    script.arrive('hasty', 'ollama', { waitMaxMs: 100 });
    script.pass(100);
    expect(script.look()).toBe('+a -hasty queue_timeout');
    script.pass(900);
    expect(script.look()).toBe('-patient queue_timeout');
  });

  test('without limits everyone waits as long as it takes', () => {
    const endless = Number.POSITIVE_INFINITY;
    const unlimited = { queueMax: endless, queuePerAppMax: endless, queueWaitMaxMs: endless };
    const script = new Script(limits({ ollama: inGroup('gpu') }, unlimited));
    for (let i = 0; i < 1000; i++) script.arrive(`${i}`, 'ollama');
    script.pass(1e12);
    expect(script.look()).toBe('+0');
  });
});

describe('reload', () => {
  test('a reload keeps one scheduler: old and new requests never overlap', () => {
    const before = limits({ ollama: inGroup('gpu') });
    const script = new Script(before);
    script.arrive('old1', 'ollama');
    script.arrive('old2', 'ollama');
    script.reload(limits({ ollama: inGroup('gpu'), fooocus: inGroup('gpu') }));
    script.arrive('new', 'fooocus');
    expect(script.look()).toBe('+old1');
    script.release('old1');
    expect(script.look()).toBe('+old2');
    script.release('old2');
    expect(script.look()).toBe('+new');
  });

  test('a backend that changes groups while it runs keeps both groups busy', () => {
    const script = new Script(limits({ mover: inGroup('g1'), one: inGroup('g1'), two: inGroup('g2') }));
    script.arrive('running', 'mover');
    script.reload(limits({ mover: inGroup('g2'), one: inGroup('g1'), two: inGroup('g2') }));
    script.arrive('in g1', 'one');
    script.arrive('in g2', 'two');
    script.arrive('same backend', 'mover');
    expect(script.look()).toBe('+running');
    script.release('running');
    expect(script.look()).toBe('+in g1 +in g2');
    script.release('in g2');
    expect(script.look()).toBe('+same backend');
  });

  test('who waits for a backend that changes groups waits for both, and is not passed by for ever', () => {
    const script = new Script(limits({ mover: inGroup('g1'), one: inGroup('g1'), two: inGroup('g2') }));
    script.arrive('r1', 'one');
    script.arrive('r2', 'two');
    script.arrive('between', 'mover');
    script.reload(limits({ mover: inGroup('g2'), one: inGroup('g1'), two: inGroup('g2') }));
    script.arrive('later in g1', 'one');
    script.release('r1');
    expect(script.look()).toBe('+r1 +r2');
    script.release('r2');
    expect(script.look()).toBe('+between');
    script.release('between');
    expect(script.look()).toBe('+later in g1');
  });

  test('when one that waits for both groups leaves, whoever it held up goes on at once', () => {
    const script = new Script(limits({ mover: inGroup('g1'), one: inGroup('g1'), two: inGroup('g2') }));
    script.arrive('r1', 'one');
    script.arrive('r2', 'two');
    script.arrive('between', 'mover');
    script.reload(limits({ mover: inGroup('g2'), one: inGroup('g1'), two: inGroup('g2') }));
    script.arrive('held up', 'one');
    script.release('r1');
    script.cancel('between');
    expect(script.look()).toBe('+r1 +r2 -between client_left +held up');
  });

  test('a renamed group is still the same GPU', () => {
    const script = new Script(limits({ ollama: inGroup('gpu'), fooocus: inGroup('gpu') }));
    script.arrive('a', 'ollama');
    script.arrive('b', 'fooocus');
    script.reload(limits({ ollama: inGroup('gpu0'), fooocus: inGroup('gpu0') }));
    script.arrive('c', 'fooocus');
    expect(script.look()).toBe('+a');
    script.release('a');
    expect(script.look()).toBe('+b');
    script.release('b');
    expect(script.look()).toBe('+c');
  });

  test('a removed group drains one at a time, while newcomers run as the new limits say', () => {
    const script = new Script(limits({ one: inGroup('gpu'), two: inGroup('gpu') }));
    script.arrive('a', 'one');
    script.arrive('b', 'two');
    script.arrive('c', 'one');
    script.reload(limits({ one: alone(2), two: alone(2) }));
    script.arrive('new', 'two');
    expect(script.look()).toBe('+a +new');
    script.release('a');
    expect(script.look()).toBe('+b');
    script.release('b');
    expect(script.look()).toBe('+c');
  });

  test('a removed backend serves those who wait for it, under its old limits, and is forgotten', () => {
    const script = new Script(limits({ gone: alone(2), stays: alone(1) }));
    for (const name of ['a', 'b', 'c', 'd']) script.arrive(name, 'gone');
    script.reload(limits({ stays: alone(1) }));
    expect(script.look()).toBe('+a +b');
    script.release('a');
    script.release('b');
    expect(script.look()).toBe('+c +d');
    script.release('c');
    script.release('d');
    script.reload(limits({ stays: alone(1) }));
    expect(script.names).toEqual(['stays']);
  });

  test('a call that began before the reload and arrives after it still counts in its old group', () => {
    const script = new Script(limits({ one: inGroup('gpu'), two: inGroup('gpu') }));
    script.arrive('a', 'one');
    script.reload(limits({ one: alone(4), two: alone(4) }));
    script.arrive('straggler', 'two', { group: 'gpu' });
    expect(script.look()).toBe('+a');
    script.release('a');
    expect(script.look()).toBe('+straggler');
  });

  test('less concurrency throws nobody out and lets nobody in until there is room', () => {
    const script = new Script(limits({ cloud: alone(3) }));
    for (const name of ['a', 'b', 'c', 'd']) script.arrive(name, 'cloud');
    script.reload(limits({ cloud: alone(1) }));
    script.release('a');
    script.release('b');
    expect(script.look()).toBe('+a +b +c');
    script.release('c');
    expect(script.look()).toBe('+d');
  });

  test('more concurrency lets the next in at once', () => {
    const script = new Script(limits({ cloud: alone(1) }));
    for (const name of ['a', 'b', 'c']) script.arrive(name, 'cloud');
    script.reload(limits({ cloud: alone(3) }));
    expect(script.look()).toBe('+a +b +c');
  });

  test('a backend put into a group is busy there with all it runs already', () => {
    const script = new Script(limits({ free: alone(2), other: inGroup('gpu') }));
    script.arrive('a', 'free');
    script.arrive('b', 'free');
    script.reload(limits({ free: inGroup('gpu', 2), other: inGroup('gpu') }));
    script.arrive('c', 'other');
    script.release('a');
    expect(script.look()).toBe('+a +b');
    script.release('b');
    expect(script.look()).toBe('+c');
  });

  test('a model limited anew counts what runs already', () => {
    const script = new Script(limits({ cloud: alone(3) }));
    script.arrive('a', 'cloud', { model: 'big' });
    script.reload(limits({ cloud: alone(3, { big: 1 }) }));
    script.arrive('b', 'cloud', { model: 'big' });
    script.arrive('c', 'cloud', { model: 'small' });
    expect(script.look()).toBe('+a +c');
    script.release('a');
    expect(script.look()).toBe('+b');
  });

  test('a smaller queue sends nobody away who waits, and keeps the deadline they were promised', () => {
    const script = new Script(limits({ ollama: inGroup('gpu') }, { queueWaitMaxMs: 1000 }));
    for (const name of ['a', 'b', 'c']) script.arrive(name, 'ollama');
    script.reload(limits({ ollama: inGroup('gpu') }, { queueMax: 1, queueWaitMaxMs: 10 }));
    script.arrive('d', 'ollama');
    expect(script.look()).toBe('+a -d queue_full');
    script.pass(999);
    expect(script.look()).toBe('');
    script.pass(1);
    expect(script.look()).toBe('-b queue_timeout -c queue_timeout');
  });
});
