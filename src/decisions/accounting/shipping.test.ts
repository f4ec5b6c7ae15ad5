import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandMovedClock } from '../../model/clock.ts';
import { type Database, openDatabase } from '../../storage/database.ts';
import type { SendAnswer, SentRows } from '../../storage/postgres/postgres-ledger.ts';
import { readHere } from '../../storage/sql-reader.ts';
import { StoreFailure } from '../../storage/store-failure.ts';
import { Ledger } from './ledger.ts';
import { Outbox } from './outbox.ts';
import { type LedgerSink, Shipping } from './shipping.ts';
import { afterRefusal } from './shipping-name.ts';

/** Another database as it should be: rows, mark and holder change together. It forgives no row that comes twice. */
class Store {
  readonly marks = new Map<string, { holder: string; shippedTo: number }>();
  readonly arrivals: string[] = [];
  readonly isBad: (requestId: string) => boolean;

  constructor(isBad: (requestId: string) => boolean = () => false) {
    this.isBad = isBad;
  }

  register(replica: string, holder: string, from: number): number {
    const shippedTo = this.marks.get(replica)?.shippedTo ?? from;
    this.marks.set(replica, { holder, shippedTo });
    return shippedTo;
  }

  send({ replica, holder, after, upTo, rows }: SentRows): SendAnswer {
    const mark = this.marks.get(replica);
    if (mark?.holder !== holder || mark.shippedTo !== after)
      return { isTaken: false, holder: mark?.holder, shippedTo: mark?.shippedTo ?? 0 };
    const ids = rows.map((row) => String((row as Record<string, unknown>)['request_id']));
    if (ids.some(this.isBad)) throw new StoreFailure('row', 'this row is bad');
    this.arrivals.push(...ids);
    mark.shippedTo = upTo;
    return { isTaken: true };
  }
}

/** What a network makes of a question: it arrives or not, now or later, and so does the answer. */
type Luck = 'well' | 'not-sent' | 'answer-lost' | 'arrives-later';

class Line implements LedgerSink {
  readonly #store: Store;
  readonly #luck: () => Luck;
  readonly #late: (() => void)[] = [];
  /** Of a process that was killed nothing comes any more but what is under way. */
  isCut = false;

  constructor(store: Store, luck: () => Luck) {
    this.#store = store;
    this.#luck = luck;
  }

  register(replica: string, holder: string, from: number): Promise<number> {
    return this.#ask(() => this.#store.register(replica, holder, from));
  }

  send(rows: SentRows): Promise<SendAnswer> {
    return this.#ask(() => this.#store.send(rows));
  }

  async close(): Promise<void> {
    this.isCut = true;
  }

  deliverLate(): void {
    for (const act of this.#late.splice(0)) {
      try {
        act();
      } catch {
        // A late question may be as bad as any.
      }
    }
  }

  async #ask<T>(act: () => T): Promise<T> {
    await Promise.resolve();
    const luck = this.#luck();
    if (this.isCut || luck === 'not-sent') throw gone();
    if (luck === 'arrives-later') this.#late.push(act);
    if (luck === 'arrives-later') throw gone();
    const answer = act();
    if (luck === 'answer-lost') throw gone();
    return answer;
  }
}

const gone = () => new StoreFailure('unreachable', 'it is gone');

class Stand {
  readonly directory = mkdtempSync(join(tmpdir(), 'sluice-shipping-'));
  readonly clock = new HandMovedClock();
  readonly database: Database = openDatabase(join(this.directory, 'a.db'));
  readonly ledger = new Ledger(this.database, { clock: this.clock });
  readonly outbox = new Outbox(this.database, readHere(this.database), () => this.ledger.waitingCount === 0);
  readonly troubles: string[] = [];
  readonly recoveries: string[] = [];
  #processes = 0;
  #written = 0;

  begin(sink: LedgerSink): Shipping {
    this.#processes += 1;
    const shipping = new Shipping({
      ...{ sink, outbox: this.outbox, clock: this.clock, random: () => 0.5 },
      processName: `process-${this.#processes}`,
      onTrouble: (sentence) => this.troubles.push(sentence),
      onRecovery: (sentence) => this.recoveries.push(sentence),
    });
    shipping.begin();
    return shipping;
  }

  write(count: number, name = 'r'): void {
    for (let at = 0; at < count; at += 1) {
      this.#written += 1;
      void this.ledger.close(this.ledger.open(`${name}${this.#written}`, 'chat'));
    }
    this.ledger.writePending();
  }

  requestIds(): string[] {
    return this.database
      .prepare('SELECT request_id FROM requests ORDER BY id')
      .all()
      .map((row) => String(row['request_id']));
  }

  /** Lets time and whatever waits for it go by. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 250) {
      await settle();
      this.clock.advance(250);
    }
    await settle();
  }

  async close(): Promise<void> {
    await this.ledger.stop();
    this.database.close();
    rmSync(this.directory, { recursive: true });
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

let stand: Stand;
beforeEach(() => {
  stand = new Stand();
});
afterEach(() => stand.close());

const well = (): Luck => 'well';

it('ships what was there before, and what comes', async () => {
  const store = new Store();
  stand.write(600);
  const shipping = stand.begin(new Line(store, well));
  await stand.pass(250);
  expect(store.arrivals).toEqual(stand.requestIds());
  stand.write(3);
  await stand.pass(1_000);
  expect(store.arrivals).toEqual(stand.requestIds());
  expect(shipping.state.what).toBe('well');
  expect(shipping.waitingCount).toBe(0);
});

it('says once that it cannot, tries less and less often, and says once that it can again', async () => {
  const store = new Store();
  let asked = 0;
  let luck: Luck = 'not-sent';
  const shipping = stand.begin(
    new Line(store, () => {
      asked += 1;
      return luck;
    }),
  );
  stand.write(5);
  await stand.pass(120_000);
  expect(stand.troubles).toEqual([
    'PostgreSQL takes no ledger entries: it is gone. They are kept until it does',
  ]);
  expect(asked).toBeGreaterThan(5);
  expect(asked).toBeLessThan(20);
  await shipping.recount();
  expect(shipping.waitingCount).toBe(5);
  luck = 'well';
  await stand.pass(31_000);
  expect(store.arrivals).toHaveLength(5);
  expect(stand.recoveries).toEqual(['PostgreSQL takes ledger entries again']);
  expect(shipping.waitingCount).toBe(0);
});

it('waits while rows stand beside the database, for they would be passed over', async () => {
  const store = new Store();
  let isWhole = false;
  const outbox = new Outbox(stand.database, readHere(stand.database), () => isWhole);
  Object.assign(stand, { outbox });
  stand.write(3);
  stand.begin(new Line(store, well));
  await stand.pass(2_000);
  expect(store.arrivals).toEqual([]);
  isWhole = true;
  await stand.pass(2_000);
  expect(store.arrivals).toHaveLength(3);
});

it('ships everything once more to a database that knows nothing of it', async () => {
  const first = new Store();
  stand.write(3);
  const line = new Line(first, well);
  stand.begin(line);
  await stand.pass(500);
  line.isCut = true;
  const second = new Store();
  stand.begin(new Line(second, well));
  await stand.pass(500);
  expect(second.arrivals).toEqual(stand.requestIds());
});

describe('a row that nobody wants', () => {
  it('harms no other, is kept and told of, and offered again at the next connection', async () => {
    let isBad = (requestId: string) => requestId.startsWith('bad');
    const store = new Store((requestId) => isBad(requestId));
    stand.write(200);
    stand.write(1, 'bad');
    stand.write(200);
    const line = new Line(store, well);
    stand.begin(line);
    await stand.pass(500);
    expect(store.arrivals).toEqual(stand.requestIds().filter((id) => !id.startsWith('bad')));
    expect(stand.troubles).toEqual([
      expect.stringMatching(/^ledger entry \d+ is set aside: this row is bad$/),
    ]);
    isBad = () => false;
    line.isCut = true;
    stand.begin(new Line(store, well));
    await stand.pass(500);
    expect([...store.arrivals].sort()).toEqual(stand.requestIds().sort());
  });

  it('is not at fault when none is wanted: then all wait', async () => {
    let isBad = true;
    const store = new Store(() => isBad);
    stand.write(300);
    const shipping = stand.begin(new Line(store, well));
    await stand.pass(5_000);
    expect(shipping.state).toMatchObject({
      what: 'refused',
      why: expect.stringContaining('none of the entries'),
    });
    expect(stand.database.prepare('SELECT count(*) AS count FROM set_aside').get()?.['count']).toBe(10);
    isBad = false;
    await stand.pass(60_000);
    expect([...store.arrivals].sort()).toEqual(stand.requestIds().sort());
  });
});

it('stops within its time, whatever the other side does', async () => {
  stand.write(3);
  const shipping = new Shipping({
    ...{ outbox: stand.outbox, clock: stand.clock, random: () => 0, processName: 'p' },
    sink: hangingSink(),
    onTrouble: () => undefined,
    onRecovery: () => undefined,
  });
  shipping.begin();
  await settle();
  let hasStopped = false;
  void shipping.stop(3_000).then(() => {
    hasStopped = true;
  });
  await stand.pass(3_250);
  expect(hasStopped).toBe(true);
});

/** Takes a question and says nothing, until it is closed. */
function hangingSink(): LedgerSink {
  let breakOff = (_reason: Error) => {};
  const never = () =>
    new Promise<never>((_resolve, reject) => {
      breakOff = reject;
    });
  return { register: never, send: never, close: async () => breakOff(gone()) };
}

it('a name is given up only to another process that has gone on with it', () => {
  const refused = (holder: string | undefined, shippedTo: number) =>
    ({ isTaken: false, holder, shippedTo }) as const;
  expect(afterRefusal(refused('me:1', 9), 'me', 5)).toBe('take-up-again');
  expect(afterRefusal(refused(undefined, 0), 'me', 5)).toBe('take-up-again');
  expect(afterRefusal(refused('other:1', 3), 'me', 5)).toBe('take-up-again');
  expect(afterRefusal(refused('other:1', 5), 'me', 5)).toBe('take-new-name');
  expect(afterRefusal(refused('other:1', 9), 'me', 5)).toBe('take-new-name');
});

it('a file that is older than what has arrived goes on under a new name', async () => {
  const store = new Store();
  stand.write(3);
  store.marks.set(stand.outbox.replica, { holder: 'past:1', shippedTo: Number.MAX_SAFE_INTEGER });
  stand.begin(new Line(store, well));
  await stand.pass(500);
  stand.write(2);
  await stand.pass(1_000);
  expect(store.arrivals).toEqual(stand.requestIds().slice(3));
  expect(store.marks.size).toBe(2);
});

type Event = { readonly what: 'write'; readonly rows: number } | { readonly what: 'kill' | 'late' | 'pass' };

const events: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('write' as const), rows: fc.integer({ min: 1, max: 300 }) }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('pass' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('kill' as const, 'late' as const) }) },
);
const lucks: fc.Arbitrary<Luck> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Luck>('well') },
  { weight: 2, arbitrary: fc.constantFrom<Luck>('not-sent', 'answer-lost', 'arrives-later') },
);

const badOnes = (requestId: string) => requestId.endsWith('77');

/** Plays a story to its end; tells what arrived, in order, and what should have. */
async function play(story: readonly Event[], luck: readonly Luck[]): Promise<[string[], string[]]> {
  const scene = new Stand();
  const store = new Store(badOnes);
  let asked = 0;
  const lines: Line[] = [];
  const begin = () => {
    const line = new Line(store, () => luck[asked++] ?? 'well');
    lines.push(line);
    scene.begin(line);
  };
  const deliverLate = () => {
    for (const line of lines) line.deliverLate();
  };
  const kill = () => {
    for (const line of lines) line.isCut = true;
    begin();
  };
  begin();
  for (const event of story) {
    if (event.what === 'write') scene.write(event.rows);
    else if (event.what === 'late') deliverLate();
    else if (event.what === 'kill') kill();
    else await scene.pass(750);
  }
  await scene.pass(90_000);
  deliverLate();
  await scene.pass(1_000);
  const wanted = scene.requestIds().filter((id) => !badOnes(id));
  await scene.close();
  return [store.arrivals, wanted];
}

it('every row arrives once, in order, whatever is lost or late on the way and whoever is killed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(events, { minLength: 3, maxLength: 12 }),
      fc.array(lucks, { minLength: 5, maxLength: 40 }),
      async (story, luck) => {
        const [arrived, wanted] = await play(story, luck);
        expect(arrived).toEqual(wanted);
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);
