/** The runtimes a fake can play beside the dialects: what each is told, and what it holds when it starts. */
import type { Operation } from '../operation.ts';
import { comfyuiControls } from './comfyui.ts';
import { fooocusControls } from './fooocus.ts';
import { routerControls, singleControls } from './llama-server.ts';
import {
  llamaSwapControls,
  lmstudioControls,
  localaiControls,
  oldLmstudioControls,
} from './many-model-servers.ts';
import { ollamaControls } from './ollama.ts';
import { sglangControls, tgiControls, vllmControls } from './one-model-servers.ts';
import type { RuntimeMemory } from './runtime-memory.ts';

interface RuntimeFacts {
  /** It starts with its one model in memory. */
  readonly startsLoaded?: boolean;
  controls(memory: RuntimeMemory, models: readonly string[]): Operation[];
}

export const RUNTIMES = {
  comfyui: { controls: comfyuiControls },
  fooocus: { controls: fooocusControls },
  'llama-swap': { controls: llamaSwapControls },
  'llamacpp-router': { controls: routerControls },
  llamacpp: { controls: singleControls, startsLoaded: true },
  lmstudio: { controls: lmstudioControls },
  'lmstudio-v0': { controls: oldLmstudioControls },
  localai: { controls: localaiControls },
  ollama: { controls: ollamaControls },
  sglang: { controls: sglangControls, startsLoaded: true },
  tgi: { controls: tgiControls, startsLoaded: true },
  vllm: { controls: vllmControls, startsLoaded: true },
} as const satisfies Record<string, RuntimeFacts>;

export type RuntimeKind = keyof typeof RUNTIMES;

/** The control endpoints of a runtime, whose memory from now on is this one. */
export function playRuntime(
  kind: RuntimeKind,
  memory: RuntimeMemory,
  models: readonly string[],
): readonly Operation[] {
  const facts: RuntimeFacts = RUNTIMES[kind];
  if (facts.startsLoaded) memory.residents.set(models[0] ?? 'm', { state: 'loaded', options: {} });
  return facts.controls(memory, models);
}
