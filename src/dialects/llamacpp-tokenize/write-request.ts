import type { Call, Part } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { countedCall } from '../tokenize-family/counted-call.ts';

/**
 * All that the model would read of a talk, as one text. The tokens of its template are missing, and that is told. A
 * server of one model does not look at `model`; a router sends the question to that one, and refuses one without.
 */
export function writeRequest(call: Call, { warnings }: Writing): JsonObject {
  const { model, of } = countedCall(call);
  const { messages, tools } = of;
  warnings.estimated('messages', 'without_chat_template');
  const texts = messages.flatMap(({ parts }, at) =>
    parts.flatMap((part, place) => textsOf(part, `messages[${at}].content[${place}]`, warnings)),
  );
  const declared = tools.map(({ name, description, parameters }) => {
    return JSON.stringify({ name, description, parameters });
  });
  return { model, content: [...declared, ...texts].join('\n'), add_special: true };
}

/** Earlier thoughts are left out of the next question by nearly all templates. */
function textsOf(part: Part, path: string, warnings: Warnings): string[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return [part.text];
    case 'tool-use':
      return [part.name, part.arguments];
    case 'thinking':
    case 'redacted-thinking':
      return [];
    default:
      warnings.estimated(path, 'not_counted');
      return [];
  }
}
