/**
 * One step of the schema. A TypeScript module rather than an .sql file, because the build copies no other files.
 * Once released, a migration is never edited: a change is the next number.
 */
export interface Migration {
  /** The file's name, e.g. `001-ledger`. */
  readonly id: string;
  /** Statements without BEGIN or COMMIT; the runner wraps them. */
  readonly sql: string;
}
