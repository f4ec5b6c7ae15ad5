import type { Call, GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { notOurs } from '../ollama-family/error-envelope.ts';
import { type Content, writeParts } from '../ollama-family/write-parts.ts';
import { writeShared } from '../ollama-family/write-shared.ts';
import type { WireRequest } from './wire.ts';

/** A call as a generate request: one prompt, and perhaps a system prompt before it. */
export function writeRequest(call: Call, writing: Writing): JsonObject {
  if (call.kind !== 'generation') throw notOurs(call.kind);
  const { warnings } = writing;
  refuseTalks(call, warnings);
  const request: WireRequest = {
    model: call.model,
    ...writePrompt(call, warnings),
    ...writeShared(call, writing),
  };
  return request;
}

function refuseTalks(call: GenerationCall, warnings: Warnings): void {
  const asked = call.messages.filter((message) => message.role !== 'system');
  if (asked.length > 1 || asked.some((message) => message.role !== 'user')) {
    warnings.refuse(
      'messages',
      'A text completion of an Ollama server takes one prompt; ask for a chat instead.',
    );
  }
  const hasTools = call.tools.length > 0 && call.toolChoice?.mode !== 'none';
  if (hasTools)
    warnings.refuse('tools', 'A text completion of an Ollama server knows no tools; ask for a chat instead.');
}

type Prompt = Pick<WireRequest, 'prompt' | 'suffix' | 'system' | 'images' | 'raw'>;

function writePrompt(call: GenerationCall, warnings: Warnings): Prompt {
  const system = textOf(call, true, warnings).text;
  const { text, images } = textOf(call, false, warnings);
  // The template knows how to put prompt and suffix together, so it may not be left out then.
  const isRaw = call.isRawPrompt === true && !call.suffix;
  const raw = { prompt: system === '' ? text : `${system}\n\n${text}`, raw: true } as const;
  const templated = { prompt: text, ...(system !== '' && { system }) };
  return {
    ...(isRaw ? raw : templated),
    ...(call.suffix && { suffix: call.suffix }),
    ...(images.length > 0 && { images }),
  };
}

/** What the system messages say, or all the others. On a lenient route there may be several, and they follow one another. */
function textOf(call: GenerationCall, isSystem: boolean, warnings: Warnings): Content {
  const contents = call.messages.map((message, at) =>
    (message.role === 'system') === isSystem ? writeParts(message.parts, `messages[${at}]`, warnings) : none,
  );
  const texts = contents.map(({ text }) => text).filter((text) => text !== '');
  return { text: texts.join('\n\n'), images: contents.flatMap(({ images }) => images) };
}

const none: Content = { text: '', images: [] };
