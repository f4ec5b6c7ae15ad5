import { allowedModels } from './rules/allowed-models.ts';
import type { Question, Rule } from './rules/rule.ts';

/** The rules every call is judged by before anything is looked up or spent for it, in order. */
const rules: readonly Rule[] = [allowedModels];

/** Throws the refusal of the first rule that refuses. */
export function judge(question: Question): void {
  for (const rule of rules) {
    const refusal = rule(question);
    if (refusal !== undefined) throw refusal;
  }
}
