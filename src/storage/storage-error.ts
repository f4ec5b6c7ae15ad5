/** Why the database cannot be used. Each is for the operator, not for a client. */
export type StorageTrouble =
  | 'no-driver'
  | 'in-use'
  | 'not-a-database'
  | 'not-writable'
  | 'newer-schema'
  | 'unusable';

/** The database cannot be opened. The message names the file and the remedy in one sentence. */
export class StorageError extends Error {
  readonly trouble: StorageTrouble;

  constructor(trouble: StorageTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StorageError';
    this.trouble = trouble;
  }
}
