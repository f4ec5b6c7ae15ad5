import { isJsonObject, type JsonObject, type JsonValue, objectMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { EditWishes } from '../dialect.ts';
import { folded, isAbsent, isWithin, LOWERED } from '../edits-family/cap-tokens.ts';
import type { MemberEdits } from '../edits-family/member-edits.ts';
import { filled, isSame, type LoadWords, pinLoad } from './pin-load.ts';

/** What the operator has pinned, and the most tokens that may be written, in the bytes of a client of this very server. */
export function editOptions(edits: MemberEdits, body: JsonObject, wishes: EditWishes): void {
  const { pins, outputTokensMax, warnings } = wishes;
  const asked: LoadWords = {
    options: objectMember(body, 'options'),
    keepAlive: body['keep_alive'] ?? undefined,
  };
  const load = pins === undefined ? asked : pinLoad(asked, pins, warnings);
  if (outputTokensMax === undefined) {
    setOptions(edits, asked, load.options);
  } else {
    setOptions(edits, asked, capped(load.options, 'options', outputTokensMax, warnings));
    capOthers(edits, body, outputTokensMax, warnings);
  }
  if (!isSame(load.keepAlive, asked.keepAlive))
    edits.set('keep_alive', JSON.stringify(load.keepAlive ?? null));
}

/** Null is absent, as in Go. */
function setOptions(edits: MemberEdits, asked: LoadWords, options: JsonObject | undefined): void {
  if (!isSame(options, filled(asked.options))) edits.set('options', JSON.stringify(options ?? null));
}

/** With no more than `max` tokens to write; to this server, 0 and below mean as many as it likes. */
function capped(options: JsonValue | undefined, path: string, max: number, warnings: Warnings): JsonObject {
  const others = isJsonObject(options) ? options : {};
  const asked = others['num_predict'];
  if (!isAbsent(asked) && isWithin(asked, 1, max)) return others;
  if (!isAbsent(asked)) warnings.changed(`${path}.num_predict`, LOWERED);
  return { ...others, num_predict: max };
}

/** This server reads the names of members whatever their case, and of several the last counts. */
function capOthers(edits: MemberEdits, body: JsonObject, max: number, warnings: Warnings): void {
  for (const name of Object.keys(body)) {
    if (name === 'options' || folded(name) !== 'options') continue;
    edits.set(name, JSON.stringify(capped(body[name], name, max, warnings)));
  }
}
