/** What travels when a backend is tried (`POST /admin/api/backends/{backend}/test`). Types only. */

export interface BackendTest {
  readonly backend: string;
  readonly type: string;
  /** No step has failed. */
  readonly is_well: boolean;
  /** In the order in which they were taken; after one that failed there is none. */
  readonly steps: readonly TestStep[];
}

export interface TestStep {
  /** Is anybody there? Does it take our key? Which models has it? Does it write one token? */
  readonly step: 'reach' | 'key' | 'models' | 'token';
  /** `skipped`: it could not be tried, and `told` says why. */
  readonly result: 'well' | 'failed' | 'skipped';
  /** A sentence for people; no key is in it. */
  readonly told: string;
  readonly took_ms: number | null;
}
