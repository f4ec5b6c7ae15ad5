import type { Residency } from '../../model/model-keeper.ts';
import type { SwapReason } from './plan-swap.ts';

/** What happened on a group's card, for metrics and the log. */
export type CardEvent =
  /** One model makes way for another, or (reason `room`) comes beside what is there. */
  | {
      readonly what: 'swap';
      readonly group: string;
      readonly to: Residency;
      readonly from: readonly Residency[];
      readonly reason: SwapReason;
    }
  | {
      readonly what: 'loaded';
      readonly group: string;
      readonly residency: Residency;
      readonly tookMs: number;
    }
  | {
      readonly what: 'load failed';
      readonly group: string;
      readonly residency: Residency;
      readonly why: string;
      /** The model is not tried again for so long. */
      readonly backoffMs: number;
    }
  | { readonly what: 'unloaded'; readonly group: string; readonly residency: Residency }
  | {
      readonly what: 'unload failed';
      readonly group: string;
      readonly residency: Residency;
      readonly why: string;
      /** False: it was the second time, and the model is taken to be gone. */
      readonly isTriedAgain: boolean;
    };
