import type { Migration } from './migration.ts';

/** What each model's tokens weigh in bytes, as far as its own usage has taught; see accounting's estimator. */
export const tokenLessons: Migration = {
  id: '002-token-lessons',
  sql: `
    CREATE TABLE token_lessons (
      model TEXT PRIMARY KEY,
      bytes REAL NOT NULL,
      tokens REAL NOT NULL
    ) WITHOUT ROWID;
  `,
};
