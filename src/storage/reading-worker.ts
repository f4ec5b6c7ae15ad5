/** What runs on the thread of `ReadingThread`: a connection of its own, read-only, that answers one question after another. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ReadAnswer, ReadQuestion } from './reading-thread.ts';
import { openConnection } from './sqlite-driver.ts';

/** A writer never holds a reader up in WAL mode; only recovery of a crashed file may. */
const BUSY_MS = 5_000;

const connection = openConnection(String(workerData), { readOnly: true });
connection.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);

parentPort?.on('message', (question: ReadQuestion) => parentPort?.postMessage(answer(question)));

function answer({ id, questions }: ReadQuestion): ReadAnswer {
  connection.exec('BEGIN');
  try {
    // Rows of the driver have no prototype, which messages between threads cannot carry.
    const rows = questions.map(({ sql, values }) =>
      connection
        .prepare(sql)
        .all(...values)
        .map((row) => ({ ...row })),
    );
    return { id, rows };
  } catch (thrown) {
    return { id, failure: thrown instanceof Error ? thrown.message : String(thrown) };
  } finally {
    connection.exec('ROLLBACK');
  }
}
