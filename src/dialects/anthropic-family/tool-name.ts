import type { Warnings } from '../../model/warnings.ts';
import { isPlainWord, spellPlainly } from './plain-word.ts';

/** The tool by whose input a model without structured output gives its JSON (protocols 10.5). */
export const JSON_TOOL = 'json_output';
/** The same for a schema that is no object at its root: the answer is the input's one member, `value`. */
export const JSON_VALUE_TOOL = 'json_output_value';

const NAME_LENGTH_MAX = 128;

/** A client's tool may be called as ours is: it is spelled differently then, so the two never meet. */
export function writeToolName(name: string, param: string, warnings: Warnings): string {
  const isOurs = name === JSON_TOOL || name === JSON_VALUE_TOOL;
  if (!isOurs && isPlainWord(name, NAME_LENGTH_MAX)) return name;
  const spelled = spellPlainly(name);
  if (spelled.length > NAME_LENGTH_MAX) {
    warnings.refuse(
      param,
      `The name of a tool is too long for this backend; give it at most ${NAME_LENGTH_MAX} letters, digits, "_" and "-".`,
    );
  }
  return spelled.slice(0, NAME_LENGTH_MAX);
}
