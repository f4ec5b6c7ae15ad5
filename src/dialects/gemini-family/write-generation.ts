import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { writeTalk } from './write-contents.ts';
import { writeExtra } from './write-extra.ts';
import { writeGenerationConfig } from './write-generation-config.ts';
import { writeTools } from './write-tools.ts';

/** A call as a `GenerateContentRequest`; the model stands in the address (protocols 4.1). */
export function writeGeneration(call: GenerationCall, writing: Writing): JsonObject {
  const { warnings } = writing;
  if (call.suffix) warnings.refuse('suffix', 'This model cannot fill in the middle; leave out "suffix".');
  if (call.isRawPrompt === true) warnings.changed('prompt', 'sent_as_message');
  const talk = writeTalk(call.model, call.messages, warnings);
  const { tools, toolConfig } = writeTools(call, warnings);
  const extra = writeExtra(call, warnings);
  const allTools = [...tools, ...extra.tools];
  const config = { ...writeGenerationConfig(call, writing), ...modalities(extra.responseModalities) };
  return {
    ...talk,
    ...(allTools.length > 0 && { tools: allTools }),
    ...(toolConfig && { toolConfig }),
    ...(Object.keys(config).length > 0 && { generationConfig: config }),
  };
}

function modalities(wanted: readonly string[] | undefined): JsonObject {
  return wanted === undefined ? {} : { responseModalities: wanted };
}
