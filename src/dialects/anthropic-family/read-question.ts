import type { GenerationCall, Message } from '../../model/call.ts';
import { type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { readMessages, withMark } from './read-messages.ts';
import { readOtherMembers } from './read-other-members.ts';
import { readSystem } from './read-system.ts';
import { readReasoning, readResponseFormat, warnOfReasoning } from './read-thinking.ts';
import { readParallelTools, readToolChoice, readTools } from './read-tools.ts';
import { readCount, readList, readNumber, readObject, readString, wrongType } from './request-fields.ts';

/** The body of `/v1/messages`, which is also that of `/v1/messages/count_tokens`, as a call. */
export function readQuestion(body: JsonObject, warnings: Warnings): GenerationCall {
  const tools = readTools(body, warnings);
  const messages = [...readSystem(body['system']), ...readMessages(body['messages'], warnings)];
  warnOfReasoning(body, warnings);
  return {
    kind: 'generation',
    model: readString(body, 'model') ?? '',
    messages: withLastMarked(messages, body['cache_control']),
    tools,
    toolChoice: readToolChoice(body, tools),
    parallelTools: tools.length === 0 ? undefined : readParallelTools(body),
    outputTokensMax: readTokensMax(body, warnings),
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    topK: readNumber(body, 'top_k'),
    stop: readStop(body),
    choices: 1,
    responseFormat: readResponseFormat(body),
    reasoning: readReasoning(body),
    user: stringMember(readObject(body, 'metadata') ?? {}, 'user_id') || undefined,
    extra: readOtherMembers(body, warnings),
  };
}

/** 0 asks Anthropic to fill its cache and to answer nothing, which nobody else can do. */
function readTokensMax(body: JsonObject, warnings: Warnings): number | undefined {
  const tokensMax = readCount(body, 'max_tokens');
  if (tokensMax !== 0) return tokensMax;
  warnings.refuse('max_tokens', 'The backend of this model cannot warm a cache; ask for at least 1 token.');
  return 1;
}

function readStop(body: JsonObject): readonly string[] {
  return readList(body, 'stop_sequences').map((text: JsonValue, at) => {
    if (typeof text !== 'string') throw wrongType(`stop_sequences[${at}]`, 'a string');
    return text;
  });
}

/** The mark of the whole request lies on its last block. */
function withLastMarked(messages: readonly Message[], control: JsonValue | undefined): readonly Message[] {
  const last = messages.at(-1);
  if (last === undefined) return messages;
  return [...messages.slice(0, -1), { ...last, parts: withMark(last.parts, control) }];
}
