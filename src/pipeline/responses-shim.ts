import type { Modality, ResponsesShim } from '../config/config.ts';
import type { Call, GenerationCall, Message, Part } from '../model/call.ts';
import { GatewayError } from '../model/gateway-error.ts';
import type { Warnings } from '../model/warnings.ts';

/**
 * What the operator wants of a question of the Responses API before a backend without that API gets it
 * (`responses_shim`, predecessors 000-66). `warnings` holds what reading the question gave up. Throws
 * `GatewayError` on what the backend shall not be sent.
 */
export function applyShim(call: Call, shim: ResponsesShim, warnings: Warnings): Call {
  if (call.kind !== 'generation') return call;
  if (shim.refusesHostedTools) refuseHostedTools(warnings);
  for (const message of call.messages) {
    for (const part of message.parts) {
      checkModality(part, shim);
      checkSize(part, shim);
    }
  }
  return { ...call, messages: placeSystemMessages(call, shim, warnings) };
}

const WHOLE_TOOL = /^tools\[\d+](?:\.tools\[\d+])*$/;

/** Hosted tools are those that reading left out whole: `tools[2]`, or one of a namespace. */
function refuseHostedTools({ list }: Warnings): void {
  const lost = list.find(({ action, param }) => action === 'dropped' && WHOLE_TOOL.test(param));
  if (lost === undefined) return;
  throw new GatewayError(
    'unsupported_parameter',
    `"${lost.param}" is a tool that runs at its provider, and this backend has none; leave it out.`,
    { param: lost.param },
  );
}

function checkModality(part: Part, { modalities }: ResponsesShim): void {
  const modality = modalityOf(part);
  if (modality === undefined || modalities === undefined || modalities.has(modality)) return;
  throw new GatewayError(
    'unsupported_parameter',
    `This backend takes ${[...modalities].join(', ')} in messages, and no ${modality}.`,
    { param: 'input' },
  );
}

function modalityOf({ type }: Part): Modality | undefined {
  return type === 'text' || type === 'image' || type === 'audio' || type === 'file' ? type : undefined;
}

function checkSize(part: Part, { attachmentBytesMax }: ResponsesShim): void {
  if (attachmentBytesMax === undefined || bytesOf(part) <= attachmentBytesMax) return;
  throw new GatewayError(
    'body_too_large',
    `An attachment may have at most ${attachmentBytesMax} bytes for this backend; this one has ${bytesOf(part)}.`,
    { param: 'input' },
  );
}

/** Four letters of base64 are three bytes; what stands behind an address of the network is not ours to measure. */
function bytesOf(part: Part): number {
  if (part.type === 'audio') return Math.floor((part.base64.length * 3) / 4);
  if ((part.type !== 'image' && part.type !== 'file') || !part.url?.startsWith('data:')) return 0;
  const content = part.url.length - part.url.indexOf(',') - 1;
  return Math.floor((content * 3) / 4);
}

function placeSystemMessages(
  { messages }: GenerationCall,
  shim: ResponsesShim,
  warnings: Warnings,
): readonly Message[] {
  const ordered = shim.systemMessagesFirst ? systemFirst(messages, warnings) : messages;
  if (!shim.joinsSystemMessages) return ordered;
  const end = ordered.findIndex((message) => !isSystem(message));
  const leading = end < 0 ? ordered : ordered.slice(0, end);
  return leading.length < 2 ? ordered : [joined(leading), ...ordered.slice(leading.length)];
}

function systemFirst(messages: readonly Message[], warnings: Warnings): readonly Message[] {
  const others = messages.filter((message) => !isSystem(message));
  const first = messages.findIndex((message) => !isSystem(message));
  if (others.length === messages.length - Math.max(first, 0)) return messages;
  warnings.changed('input', 'system_messages_first');
  return [...messages.filter(isSystem), ...others];
}

function joined(leading: readonly Message[]): Message {
  const texts = leading.flatMap(({ parts }) => parts).map((part) => (part.type === 'text' ? part.text : ''));
  return { role: 'system', parts: [{ type: 'text', text: texts.join('\n\n') }] };
}

const isSystem = ({ role }: Message): boolean => role === 'system';
