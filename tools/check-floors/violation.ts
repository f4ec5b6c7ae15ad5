/** One broken rule at one place, with the way out. */
export interface Violation {
  /** Relative to the checked tree: `src/telemetry/logger.ts`. */
  readonly file: string;
  readonly line: number;
  /** Short name of the rule, as the exception table spells it. */
  readonly rule: Rule;
  /** What was reached for: an import path, a global, a name. The exception table matches on it. */
  readonly subject: string;
  /** What is wrong, with both floors where there are two. */
  readonly message: string;
  readonly instead: string;
}

export type Rule =
  | 'floor'
  | 'room'
  | 'wall'
  | 'dialect'
  | 'unreadable-import'
  | 'test-import'
  | 'permission'
  | 'name'
  | 'loop'
  | 'sql'
  | 'parser';

/** A violation by an import; `path` is relative to `src`. */
export function violationAt(
  path: string,
  { line }: { readonly line: number },
  rule: Rule,
  subject: string,
  message: string,
  instead: string,
): Violation {
  return { file: `src/${path}`, line, rule, subject, message, instead };
}

export function printViolation(violation: Violation): string {
  const { file, line, rule, message, instead } = violation;
  return `${file}:${line}  [${rule}] ${message}\n    instead: ${instead}`;
}
