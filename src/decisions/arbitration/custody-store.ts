/**
 * Where replicas agree on who has a card; implemented in `src/storage/redis`. Seniorities are how much more urgent than
 * somebody who comes this moment, in milliseconds (the store has a clock of its own). Every method rejects when the
 * store cannot be reached, and then may or may not have been heard.
 */
export interface CustodyStore {
  /** Says that somebody of this seniority waits here, and takes the card if it is nobody's and nobody is more senior. */
  claim(card: string, seniorityMs: number): Promise<Claim>;
  /** Says that we are still there. */
  renew(card: string, fence: number): Promise<Renewal>;
  /** Gives the card to whoever wants it. Nothing happens if it is not ours any more. */
  release(card: string, fence: number): Promise<void>;
  /** Nobody waits here after all. */
  withdraw(card: string): Promise<void>;
  onNews(listener: (news: CustodyNews) => void): void;
  close(): Promise<void>;
}

/**
 * What others did, for whom it concerns: who has a card hears that it is wanted, who waits for it that it is free. If
 * all heard everything and answered by asking, two who wait would wake each other for ever.
 */
export type CustodyNews =
  | { readonly what: 'wanted' | 'free'; readonly card: string }
  /** The store can be reached, perhaps again. */
  | { readonly what: 'connected' };

export type Claim =
  | { readonly isOurs: true; readonly fence: number }
  /** Who has it, or is to have it first; and when it will be nobody's, unless that one says it is still there. */
  | { readonly isOurs: false; readonly heldBy: string; readonly freeInMs: number | undefined };

export type Renewal =
  /** `rivalSeniorityMs`: of the most senior who waits elsewhere. */
  | { readonly isOurs: true; readonly rivalSeniorityMs: number | undefined }
  | { readonly isOurs: false; readonly heldBy: string };
