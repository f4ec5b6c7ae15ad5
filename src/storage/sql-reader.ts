import type { Database } from './database.ts';
import type { SqlRow, SqlValue } from './sqlite-driver.ts';

/** A statement that changes nothing, with its values. */
export interface SqlQuestion {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Answers questions that may take long. Those asked together see the same state of the database. */
export interface SqlReader {
  read(questions: readonly SqlQuestion[]): Promise<SqlRow[][]>;
}

/** Reads where it stands, which holds everything else up; for where there is no thread to do it. */
export function readHere(database: Database): SqlReader {
  return {
    read: async (questions) =>
      database.transaction(() => questions.map(({ sql, values }) => database.prepare(sql).all(...values))),
  };
}
