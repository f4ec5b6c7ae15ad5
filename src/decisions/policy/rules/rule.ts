import type { GatewayError } from '../../../model/gateway-error.ts';
import type { Identity } from '../identity.ts';

/**
 * A rule: looks at who asks for what and refuses, or has nothing to say. Rules are pure, and know nothing of
 * one another; `judge` runs them in order and the first refusal counts.
 */
export type Rule = (question: Question) => GatewayError | undefined;

export interface Question {
  readonly identity: Identity;
  readonly model: ModelNames;
}

/** The names one request may be judged by. */
export interface ModelNames {
  /** As the client wrote it; undefined = it named none. */
  readonly asked: string | undefined;
  /** What it comes to: default filled in, aliases followed, a backend's prefix stripped. */
  readonly resolved: string;
  /** The backend or type the client prefixed (`office:llama3`), if that is what it did. */
  readonly prefix: string | undefined;
}
