import { arrayMember, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { encodeVector, readEncodingFormat, readVector } from './encoding-format.ts';

/**
 * Several runtimes ignore `encoding_format` and send numbers where base64 was asked for; the official SDKs
 * decode them all the same, into nonsense (T21). Such an answer is put into the form that was asked for.
 */
export function correctWhole(answer: JsonValue, request: JsonObject): JsonObject | undefined {
  if (!isJsonObject(answer)) return undefined;
  const data = arrayMember(answer, 'data');
  const wantsText = readEncodingFormat(request) === 'base64';
  const [first] = data ?? [];
  if (data === undefined || !isJsonObject(first)) return undefined;
  if ((typeof first['embedding'] === 'string') === wantsText) return undefined;
  return { ...answer, data: data.map((item) => corrected(item, wantsText)) };
}

function corrected(item: JsonValue, wantsText: boolean): JsonValue {
  const vector = isJsonObject(item) ? readVector(item['embedding']) : undefined;
  if (!isJsonObject(item) || vector === undefined) return item;
  return { ...item, embedding: wantsText ? encodeVector(vector) : vector };
}
