const allowed = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/;

/** Does Google take this name for a function (protocols 4.1)? */
export function isFunctionName(name: string): boolean {
  return allowed.test(name);
}

/** A name in the history as Google takes it; always the same for the same name. */
export function functionName(name: string): string {
  if (isFunctionName(name)) return name;
  return `_${name.replace(/[^A-Za-z0-9_.:-]/g, '_')}`.slice(0, 64);
}
