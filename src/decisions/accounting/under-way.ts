import type { MicroUnits } from '../../model/money.ts';
import type { Database } from '../../storage/database.ts';
import { SlotFile } from '../../storage/slot-file.ts';
import { Entry } from './entry.ts';
import type { Ledger } from './ledger.ts';

/** Names of models are a client's to choose, and a line must fit into its slot. */
const NAME_MAX = 160;

/** A request that was sent to a backend, as it is noted before the first byte leaves. */
interface Note {
  readonly id: string;
  readonly op: Entry['operation'];
  readonly at: number;
  readonly app?: string | undefined;
  readonly key?: string | undefined;
  readonly model?: string | undefined;
  readonly backend?: string | undefined;
  readonly ip?: string | undefined;
  readonly stream: boolean;
  /** What is set aside for it. */
  readonly micro: MicroUnits;
  readonly currency?: string | undefined;
}

export interface UnderWayNotices {
  readonly onTrouble?: ((sentence: string, cause: unknown) => void) | undefined;
}

/**
 * Notes in a file beside the ledger what has been asked of backends and is not over. After a death of the process that
 * took no leave (`kill -9`, no more memory) each of these gets its row, `interrupted`: it may have cost something, and
 * is charged what was set aside for it. One write of a line per request, and none to take it back.
 */
export class UnderWay {
  readonly #slots: SlotFile | undefined;
  readonly #notices: UnderWayNotices;
  #isInTrouble = false;

  /** Writes the rows of an earlier process' requests into the ledger. Never throws: without the file nothing is noted. */
  constructor(database: Database, ledger: Ledger, notices: UnderWayNotices = {}) {
    this.#notices = notices;
    try {
      this.#slots = new SlotFile(`${database.path}.under-way`);
      this.#enter(this.#slots.left, database, ledger);
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  /** It is about to be sent. `setAside`: what it may cost at worst, where that is known. Once more for another backend. */
  note(entry: Entry, setAside: MicroUnits): void {
    if (this.#slots === undefined) return;
    try {
      if (entry.slot < 0) entry.slot = this.#slots.take();
      this.#slots.put(entry.slot, JSON.stringify(noteOf(entry, setAside)));
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  /** Its row is written. */
  over(entry: Entry): void {
    if (entry.slot >= 0) this.#slots?.give(entry.slot);
    entry.slot = -1;
  }

  /** To be called now and then: the fewer old notes there are, the less there is to look up after a death. */
  sweep(): void {
    try {
      this.#slots?.clear();
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  close(): void {
    try {
      this.#slots?.close();
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  #enter(lines: readonly string[], database: Database, ledger: Ledger): void {
    const notes = lines.map(readNote).filter((note) => note !== undefined);
    if (notes.length === 0) return;
    const firstAtMs = Math.trunc(Math.min(...notes.map(({ at }) => at)));
    const known = database
      .prepare('SELECT request_id, started_at FROM requests WHERE id >= ?')
      .all(firstAtMs * 1_000)
      .map((row) => `${row['request_id']} ${row['started_at']}`);
    const isOver = new Set(known);
    for (const note of notes) {
      if (!isOver.has(`${note.id} ${note.at}`)) void ledger.close(interrupted(note));
    }
    ledger.writePending();
  }

  #report(thrown: unknown): void {
    if (!this.#isInTrouble)
      this.#notices.onTrouble?.(
        'what is under way cannot be noted beside the ledger; a crash would leave no rows of it',
        thrown,
      );
    this.#isInTrouble = true;
  }
}

function noteOf(entry: Entry, micro: MicroUnits): Note {
  return {
    id: entry.requestId,
    op: entry.operation,
    at: entry.startedAtMs,
    app: entry.appId,
    key: entry.keyName?.slice(0, NAME_MAX),
    model: entry.model?.slice(0, NAME_MAX),
    backend: entry.backend?.slice(0, NAME_MAX),
    ip: entry.clientIp,
    stream: entry.isStream,
    micro,
    currency: entry.currency,
  };
}

/** Undefined: it is none, or was torn. */
function readNote(line: string): Note | undefined {
  try {
    const note = JSON.parse(line) as Note;
    return typeof note.id === 'string' && Number.isFinite(note.at) && Number.isSafeInteger(note.micro)
      ? note
      : undefined;
  } catch {
    return undefined;
  }
}

/** Nobody knows what its client was sent, nor what it has used. */
function interrupted(note: Note): Entry {
  return Object.assign(new Entry(note.id, note.op, note.at), {
    appId: note.app,
    keyName: note.key,
    model: note.model,
    backend: note.backend,
    clientIp: note.ip,
    isStream: note.stream,
    status: 500,
    outcome: 'interrupted',
    isUsageEstimated: note.micro > 0,
    costMicro: note.micro,
    currency: note.currency,
  });
}
