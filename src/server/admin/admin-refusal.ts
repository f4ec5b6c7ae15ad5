import type { ComplaintLine } from './admin-api.ts';

/** An order that is not carried out, in the words the admin API tells it by. */
export class AdminRefusal extends Error {
  readonly status: 400 | 404 | 409 | 415 | 422 | 503;
  readonly code: string;
  readonly complaints: readonly ComplaintLine[] | undefined;

  constructor(
    status: AdminRefusal['status'],
    code: string,
    message: string,
    complaints?: readonly ComplaintLine[],
  ) {
    super(message);
    this.name = 'AdminRefusal';
    this.status = status;
    this.code = code;
    this.complaints = complaints;
  }
}
