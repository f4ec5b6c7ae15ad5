/** Where something stands in a file: names of keys and positions in lists, from the top. */
export type KeyPath = readonly (string | number)[];

/** `['backends', 2, 'type']` → `backends[2].type`, as complaints and `config print` write it. */
export function dotted(path: KeyPath): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : named(step, at > 0))).join('');
}

/** A name with dots or spaces of its own (a model, say) stands in brackets, so that the path can be read. */
function named(step: string, isInner: boolean): string {
  if (!/^[\w$-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
  return isInner ? `.${step}` : step;
}
