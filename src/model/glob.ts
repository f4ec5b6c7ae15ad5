/**
 * Globs as they stand in `policy` and `supports`: `*` is any run of characters, `?` any one, and nothing else
 * is special, so that model names with dots, slashes, colons and brackets mean themselves.
 *
 * Matching walks both strings once with one point to fall back to, so no pattern can make it slow
 * (a translated regular expression could: faults.md J12).
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let starAt = -1;
  let starText = 0;
  while (t < text.length) {
    const wanted = pattern[p];
    if (wanted === '*') {
      starAt = p++;
      starText = t;
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[t])) {
      p++;
      t++;
    } else if (starAt >= 0) {
      p = starAt + 1;
      t = ++starText;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Does any of the patterns match? An empty list matches nothing. */
export function matchesAnyGlob(patterns: readonly string[], text: string): boolean {
  for (const pattern of patterns) if (matchesGlob(pattern, text)) return true;
  return false;
}

/** Is this a pattern, or just a name? */
export function isGlob(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?');
}
