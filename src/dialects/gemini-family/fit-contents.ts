import { isJsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { sifted } from '../signature-family/sifted.ts';
import { partsOf } from './content-parts.ts';
import { either } from './fields.ts';
import { withoutForeignParts } from './foreign-parts.ts';
import { modelTraits } from './model-traits.ts';
import { signStep } from './sign-steps.ts';

/**
 * A talk that a client sends on to Google as it has it, fit for that though another maker's model had a part in it:
 * cleaned of what is foreign, and signed where this model misses a signature. The very same value where nothing is
 * to be done.
 */
export function fitContents(
  contents: JsonValue | undefined,
  model: string,
  warnings: Warnings,
): JsonValue | undefined {
  if (contents === undefined || contents === null) return contents;
  const turns = Array.isArray(contents) ? (contents as readonly JsonValue[]) : [contents];
  const own = sifted(turns, withoutForeignParts);
  if (own !== turns) tellOfThoughts(turns, own, warnings);
  const fit = modelTraits(model).checksSignatures ? withStepsSigned(own) : own;
  return fit === turns ? contents : fit;
}

/** A signature that means nothing here is no loss; thoughts are. */
function tellOfThoughts(turns: readonly JsonValue[], own: readonly JsonValue[], warnings: Warnings): void {
  if (own.flatMap(thoughtsIn).length < turns.flatMap(thoughtsIn).length) {
    warnings.dropped('contents', 'thoughts_of_another_model');
  }
}

function thoughtsIn(turn: JsonValue): readonly JsonValue[] {
  return partsOf(turn).filter((part) => isJsonObject(part) && part['thought'] === true);
}

/** Only the steps of the current turn are checked; earlier ones stay as they are (protocols 4.5). */
function withStepsSigned(turns: readonly JsonValue[]): readonly JsonValue[] {
  const asked = turns.findLastIndex(isQuestion);
  return sifted(turns, (turn, at) => (at > asked && isJsonObject(turn) ? signStep(turn) : turn));
}

/** What the user says begins a turn; a tool's result goes on with it. */
function isQuestion(turn: JsonValue): boolean {
  if (!isJsonObject(turn) || turn['role'] === 'model') return false;
  return !partsOf(turn).some(isResult);
}

function isResult(part: JsonValue): boolean {
  return isJsonObject(part) && either(part, 'functionResponse', 'function_response') !== undefined;
}
