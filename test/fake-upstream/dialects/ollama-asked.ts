/** What Ollama's chat and generate ask (protocols 5), in the fake's own words. */
import type { Asked } from '../asked-and-said.ts';
import { inline } from '../attachment.ts';
import {
  type Json,
  type JsonObject,
  listIn,
  numberIn,
  objectIn,
  stringIn,
  textIn,
  trailing,
} from '../json.ts';
import type { Arrived } from '../operation.ts';
import { stopTexts, tokensMax, toolResult, toolsOffered } from './openai-asked.ts';
import { alternativesIn } from './openai-odds.ts';

/** Pictures come without their kind: the first bytes tell it. */
const MAGIC: ReadonlyArray<readonly [hex: string, mime: string]> = [
  ['89504e47', 'image/png'],
  ['ffd8', 'image/jpeg'],
  ['47494638', 'image/gif'],
  ['52494646', 'image/webp'],
];

export function readOllama({ body }: Arrived): Asked {
  const messages = listIn(body.messages).map(objectIn);
  const lastUser = messages.findLast((message) => message.role === 'user');
  const results = trailing(messages, ({ role }) => role === 'tool');
  const options = objectIn(body.options);
  const prompt = spoken(body.prompt, body.images);
  return {
    model: stringIn(body.model),
    text: prompt || spoken(lastUser?.content, lastUser?.images),
    prompt: [
      stringIn(body.system),
      prompt,
      ...messages.map(({ content, images }) => spoken(content, images)),
    ].join('\n'),
    wantsStream: body.stream !== false,
    wantsUsage: true,
    ...toolsOffered(body.tools),
    ...toolResult(results.map(({ content }) => textIn(content))),
    ...tokensMax(numberIn(options.num_predict)),
    ...stopTexts(options.stop),
    ...schemaIn(body.format),
    ...alternativesIn(body),
    body,
  };
}

/** An empty question only loads the model, or unloads it. */
export function isOnlyLoading({ body }: Pick<Asked, 'body'>): boolean {
  return listIn(body.messages).length === 0 && stringIn(body.prompt) === '';
}

function schemaIn(format: Json | undefined): { schema?: JsonObject } {
  if (format === 'json') return { schema: {} };
  return typeof format === 'object' && format !== null ? { schema: objectIn(format) } : {};
}

function spoken(text: Json | undefined, images: Json | undefined): string {
  const pictures = listIn(images).map((image) => inline('image', mimeOf(stringIn(image)), image));
  return [textIn(text), ...pictures].filter(Boolean).join(' ');
}

function mimeOf(base64: string): string {
  const head = Buffer.from(base64.slice(0, 16), 'base64').toString('hex');
  return MAGIC.find(([hex]) => head.startsWith(hex))?.[1] ?? 'application/octet-stream';
}
