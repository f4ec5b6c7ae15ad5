import type { UsageLine } from './usage-line.ts';

interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/** What apps had at other replicas in the periods that run, as it was last learned. */
export class HadElsewhere {
  #windows = new Map<string, ReadonlyMap<string, ReturnType<typeof hadOf>>>();

  /** All that is known from now on: for each period a line per app and currency. */
  replace(known: readonly { readonly window: Window; readonly lines: readonly UsageLine[] }[]): void {
    this.#windows = new Map(known.map(({ window, lines }) => [keyOf(window), byApp(lines)]));
  }

  sums(appId: string, window: Window) {
    return this.#windows.get(keyOf(window))?.get(appId);
  }
}

function byApp(lines: readonly UsageLine[]) {
  const apps = new Map<string, ReturnType<typeof hadOf>>();
  for (const line of lines) {
    const more = hadOf(line);
    const had = apps.get(line.app ?? '');
    apps.set(line.app ?? '', had === undefined ? more : sumOf(had, more));
  }
  return apps;
}

/** Sums do not know who was refused; whoever failed is left out instead. What came from a cache was not had. */
function hadOf(line: UsageLine) {
  return {
    requests: line.requests - line.errors,
    inputTokens: line.promptTokens - line.hitPromptTokens,
    outputTokens: line.completionTokens - line.hitCompletionTokens,
    costMicro: line.costMicro,
  };
}

function sumOf(one: ReturnType<typeof hadOf>, other: ReturnType<typeof hadOf>) {
  return {
    requests: one.requests + other.requests,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    costMicro: one.costMicro + other.costMicro,
  };
}

function keyOf({ startMs, endMs }: Window): string {
  return `${startMs}-${endMs}`;
}
