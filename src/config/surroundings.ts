import type { Environment } from './environment.ts';

/** What normalising needs to know besides the section itself. */
export interface Surroundings {
  readonly env: Environment;
  /** Relative paths in the configuration are relative to its directory. */
  readonly directory: string;
}
