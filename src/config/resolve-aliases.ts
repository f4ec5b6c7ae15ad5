import type { ConfigSection } from './config-section.ts';

/** Follows every chain of aliases to its end; a chain that never ends is named in full, once. */
export function resolveAliases(
  section: ConfigSection,
  aliases: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const next = new Map(Object.entries(aliases));
  const ends = new Map<string, string>();
  const inCycle = new Set<string>();
  for (const alias of next.keys()) {
    const chain = follow(alias, next);
    const last = chain.at(-1) ?? alias;
    if (!next.has(last)) ends.set(alias, last);
    else if (!inCycle.has(last)) complain(section, chain.slice(chain.indexOf(last)), inCycle);
  }
  return ends;
}

/** The names from `alias` on, ending with a model or with the first name met twice. */
function follow(alias: string, next: ReadonlyMap<string, string>): string[] {
  const chain = [alias];
  const seen = new Set(chain);
  for (let name = next.get(alias); name !== undefined; name = next.get(name)) {
    chain.push(name);
    if (seen.has(name)) break;
    seen.add(name);
  }
  return chain;
}

function complain(section: ConfigSection, cycle: readonly string[], inCycle: Set<string>): void {
  for (const name of cycle) inCycle.add(name);
  const [first = ''] = cycle;
  section.error(
    ['aliases', first],
    `leads back to itself (${cycle.join(' → ')}); let one of them name a model`,
  );
}
