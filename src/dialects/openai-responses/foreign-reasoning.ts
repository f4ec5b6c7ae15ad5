import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { isMarkedSignature } from '../signature-family/marked-signature.ts';
import { sifted } from '../signature-family/sifted.ts';
import { isMadeReasoningId } from './item-ids.ts';

/**
 * The input without the reasoning this house made up for another maker's thoughts: OpenAI refuses ids it has not
 * given, and seals it has not put on (protocols 10.6, T18). Where there is none, it is the very same input.
 */
export function withoutForeignReasoning(input: readonly JsonValue[]): readonly JsonValue[] {
  return sifted(input, (item) => (isJsonObject(item) ? ownItem(item) : item));
}

function ownItem(item: JsonObject): JsonObject | undefined {
  if (item['type'] === 'item_reference') return isMadeReasoningId(item['id']) ? undefined : item;
  if (item['type'] !== 'reasoning') return item;
  const encrypted = item['encrypted_content'];
  if (isMarkedSignature(encrypted)) return undefined;
  if (!isMadeReasoningId(item['id'])) return item;
  return encrypted ? withoutId(item) : undefined;
}

/** OpenAI's own seal, on an answer that we wrote anew: it holds, but not together with an id of ours. */
function withoutId({ id: _, ...item }: JsonObject): JsonObject {
  return item;
}
