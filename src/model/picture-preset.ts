/** How pictures are made where a request cannot say it all: of a backend for all its models, or of one of them. */
export interface PicturePreset {
  /** The file of the model itself; absent = as the model is called. */
  readonly base?: string | undefined;
  readonly refiner?: string | undefined;
  /** The part of the way after which the refiner takes over. */
  readonly refinerSwitch?: number | undefined;
  readonly loras?: readonly Lora[] | undefined;
  /** Styles by what a request may ask for (`vivid`); under `default` those of a request that does not ask. */
  readonly styles?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The backend's word for a quality that a request may ask for (`hd`), and under `default` for none. */
  readonly performance?: Readonly<Record<string, string>> | undefined;
  /** The backend's sizes by those of requests: `1792x1024` → `1344*768`. */
  readonly sizes?: Readonly<Record<string, string>> | undefined;
  /** What becomes of sizes it cannot draw so small; absent = `resize`. */
  readonly smallSizes?: SmallSizes | undefined;
}

/** `resize`: drawn larger and made smaller here; `enlarge`: drawn larger, with a warning; `refuse`: refused. */
export type SmallSizes = 'resize' | 'enlarge' | 'refuse';

/** A small change to a model, and how much of it. */
export interface Lora {
  readonly model: string;
  readonly weight: number;
}

/** What is said of one model counts more than what is said of all. */
export function mergePresets(all: PicturePreset, one: PicturePreset | undefined): PicturePreset {
  if (one === undefined) return all;
  const said = Object.entries(one).filter(([, value]) => value !== undefined);
  return { ...all, ...Object.fromEntries(said) };
}
