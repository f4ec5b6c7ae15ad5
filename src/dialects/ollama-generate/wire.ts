import type { WireShared } from '../ollama-family/wire.ts';

/** A request as we write it (protocols 5). */
export type WireRequest = WireShared & {
  readonly model: string;
  readonly prompt: string;
  readonly suffix?: string;
  readonly system?: string;
  readonly images?: readonly string[];
  readonly raw?: true;
};
