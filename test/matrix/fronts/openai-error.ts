import { type JsonObject, objectIn, stringIn } from '../../fake-upstream/json.ts';
import type { ToldError } from '../told.ts';

/** `{"error":{message,type,param,code}}` */
export function openAiError(body: JsonObject): ToldError | undefined {
  if (body.error === undefined || body.error === null) return undefined;
  const { type, code, param, message } = objectIn(body.error);
  return {
    word: stringIn(type),
    code: stringIn(code),
    param: stringIn(param),
    message: stringIn(message),
  };
}
