import type { SourceFile } from './read-source.ts';
import type { Violation } from './violation.ts';

/** Refuses import loops, type imports counted: a reader follows types too. One violation per loop. */
export function checkLoops(sources: readonly SourceFile[]): Violation[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  return sources.flatMap((source) => {
    const loop = walk(source.path, byPath, done, []);
    return loop === undefined ? [] : [loopViolation(loop, byPath)];
  });
}

/** Depth first; answers the first loop met on the way. `trail` is the path that led here. */
function walk(
  path: string,
  byPath: ReadonlyMap<string, SourceFile>,
  done: Set<string>,
  trail: readonly string[],
): string[] | undefined {
  const seenAt = trail.indexOf(path);
  if (seenAt >= 0) return [...trail.slice(seenAt), path];
  if (done.has(path)) return undefined;
  for (const { target } of byPath.get(path)?.imports ?? []) {
    const loop = target === undefined ? undefined : walk(target, byPath, done, [...trail, path]);
    if (loop !== undefined) {
      // One broken loop at a time: its files are not walked again, or it would be told once per file.
      for (const member of loop) done.add(member);
      return loop;
    }
  }
  done.add(path);
  return undefined;
}

function loopViolation(loop: readonly string[], byPath: ReadonlyMap<string, SourceFile>): Violation {
  const [first = '', second = ''] = loop;
  const line = byPath.get(first)?.imports.find(({ target }) => target === second)?.line ?? 1;
  return {
    file: `src/${first}`,
    line,
    rule: 'loop',
    subject: second,
    message: `import loop: ${loop.join(' → ')}`,
    instead: 'move what both need into a third file that imports neither',
  };
}
