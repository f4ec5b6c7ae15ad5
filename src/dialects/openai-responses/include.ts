import { arrayMember, type JsonObject } from '../../model/json.ts';

/** What a request can ask to have told beside the answer (`include`), as far as this house knows it. */
export const encryptedReasoning = 'reasoning.encrypted_content';
export const outputLogprobs = 'message.output_text.logprobs';

/** Does the request ask for the odds of tokens, in either of the two ways? */
export function wantsLogprobs(request: JsonObject): boolean {
  const alternatives = request['top_logprobs'];
  return (typeof alternatives === 'number' && alternatives > 0) || includes(request, outputLogprobs);
}

export function includes(request: JsonObject, what: string): boolean {
  return arrayMember(request, 'include')?.includes(what) ?? false;
}
