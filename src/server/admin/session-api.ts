/**
 * What travels when an operator logs in and out. Types only, in the spelling of the wire, where a sitting is a `session`.
 */

/** `POST /admin/api/login`. */
export interface LoginRequest {
  /** The admin token; `admin.token_hash` holds its hash. */
  readonly token: string;
}

/** `GET /admin/api/session`, and the answer to login and logout. */
export interface SessionReport {
  readonly logged_in: boolean;
  readonly until: string | null;
  /** To be sent with every change, as `x-csrf-token`. */
  readonly csrf_token: string | null;
}
