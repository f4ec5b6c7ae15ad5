import type { Held, Memory } from '../../providers/driver.ts';

/** What a runtime's memory says of one model, by the runtime's spelling of its name. */
export type Standing = 'loaded' | 'loading' | 'failed' | 'absent';

export function standingOf(memory: Memory, asked: string): Standing {
  const name = listedName(memory, asked);
  if (holds(memory.loaded, name)) return 'loaded';
  if (holds(memory.loading, name)) return 'loading';
  return memory.failed?.includes(name) === true ? 'failed' : 'absent';
}

/** The name a model has in the lists of this memory. */
export function listedName({ sameAs }: Memory, name: string): string {
  return sameAs?.get(name) ?? name;
}

function holds(held: Held, name: string): boolean {
  return held === 'all' || held.includes(name);
}
