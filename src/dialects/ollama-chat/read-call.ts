import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Reading } from '../dialect.ts';
import { readSharedMembers } from '../ollama-family/read-generation.ts';
import { readString } from '../ollama-family/request-fields.ts';
import { readMessages } from './read-messages.ts';
import { readTools } from './read-tools.ts';

const own: ReadonlySet<string> = new Set(['messages', 'tools']);

/** A request without messages becomes a call without messages: see `loadReason`. */
export function readCall(body: JsonObject, { warnings }: Reading): GenerationCall {
  return {
    kind: 'generation',
    model: readString(body, 'model') ?? '',
    messages: readMessages(body),
    tools: readTools(body, warnings),
    ...readSharedMembers(body, warnings, own),
  };
}
