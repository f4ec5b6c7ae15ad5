import type { GenerationCall, Message } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Reading } from '../dialect.ts';
import { readSharedMembers } from '../ollama-family/read-generation.ts';
import { readImages } from '../ollama-family/read-images.ts';
import { readString } from '../ollama-family/request-fields.ts';

const own: ReadonlySet<string> = new Set(['prompt', 'suffix', 'system', 'images']);

/**
 * A prompt that goes through the model's template is a talk of one message; with a suffix it is to be filled in,
 * and no talk. A request without a prompt becomes a call without messages: see `loadReason`.
 */
export function readCall(body: JsonObject, { warnings }: Reading): GenerationCall {
  const suffix = readString(body, 'suffix') || undefined;
  return {
    kind: 'generation',
    model: readString(body, 'model') ?? '',
    messages: readMessages(body),
    tools: [],
    ...(suffix !== undefined && { isRawPrompt: true, suffix }),
    ...readSharedMembers(body, warnings, own),
  };
}

function readMessages(body: JsonObject): readonly Message[] {
  const prompt = readString(body, 'prompt');
  if (!prompt) return [];
  const system = readString(body, 'system');
  const asked: Message = { role: 'user', parts: [{ type: 'text', text: prompt }, ...readImages(body)] };
  return system ? [{ role: 'system', parts: [{ type: 'text', text: system }] }, asked] : [asked];
}
