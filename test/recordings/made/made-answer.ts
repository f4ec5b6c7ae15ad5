export interface MadeAnswer {
  readonly name: string;
  readonly stream?: readonly object[];
  readonly whole?: object;
  /** What comes after the last frame, as it stands. */
  readonly tail?: string;
  readonly isBroken?: boolean;
}
