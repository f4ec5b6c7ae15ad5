import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { type Turn, textPart } from './turn.ts';

/**
 * For servers that take one system message, as the first: the leading ones become one. A later one stays where
 * it stands, as a marked text of the user's: at the top it would mean something else, and no cache would hold.
 */
export function placeSystemTexts(turns: readonly Turn[], warnings: Warnings): readonly Turn[] {
  const found = turns.findIndex((turn) => turn.role !== 'system');
  const leading = found < 0 ? turns : turns.slice(0, found);
  const others = turns.slice(leading.length).map((turn) => asReminder(turn, warnings));
  return leading.length === 0 ? others : [merged(leading), ...others];
}

function merged(leading: readonly Turn[]): Turn {
  const texts = leading.flatMap((turn) => turn.parts).map(textOf);
  return { role: 'system', parts: [textPart(texts.join('\n\n'))] };
}

function asReminder(turn: Turn, warnings: Warnings): Turn {
  if (turn.role !== 'system') return turn;
  warnings.changed('messages', 'later_system_text_marked');
  const text = turn.parts.map(textOf).join('\n\n');
  return { role: 'user', parts: [textPart(`<system-reminder>\n${text}\n</system-reminder>`)] };
}

function textOf(part: JsonObject): string {
  return typeof part['text'] === 'string' ? part['text'] : '';
}
