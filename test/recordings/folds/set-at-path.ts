type Container = Record<string, unknown>;

/** `$.recipe.steps[1]` → `recipe`, `steps`, `1`. A text that is there already grows; anything else is replaced. */
export function setAtPath(root: object, path: string, value: unknown): void {
  const steps = path.match(/[^$.[\]]+/g) ?? [];
  const last = steps.pop();
  if (last === undefined) return;
  let here = root as Container;
  steps.forEach((step, at) => {
    const next = steps[at + 1] ?? last;
    here[step] ??= /^\d+$/.test(next) ? [] : {};
    here = here[step] as Container;
  });
  const before = here[last];
  here[last] = typeof before === 'string' && typeof value === 'string' ? before + value : value;
}
