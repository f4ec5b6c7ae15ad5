import type { JsonValue } from './json.ts';

/** How much a question holds for a model to read, whatever the dialect. */
export interface TextWeight {
  /** UTF-8 bytes of what is said, and of the tools and schemas that are sent along. */
  readonly textBytes: number;
  /** Turns of the talk; each costs a few tokens around its text. */
  readonly messages: number;
  /** Pictures, and documents in base64. */
  readonly files: number;
}

/** No prose goes on for so long without a blank. */
const UNBROKEN_MAX = 1_024;

/** Members of a request that become part of the prompt; all others say how to answer, or whose the request is. */
const prompts: ReadonlySet<string> = new Set([
  ...['messages', 'system', 'tools', 'functions', 'prompt', 'suffix', 'input', 'instructions', 'documents'],
  ...['contents', 'content', 'systemInstruction', 'system_instruction', 'requests', 'texts', 'images'],
  ...['generateContentRequest', 'generate_content_request', 'response_format', 'format', 'output_config'],
]);

/** Members whose value no model reads as text: what kind of thing it is, ids, signatures. */
const labels: ReadonlySet<string> = new Set([
  ...['role', 'type', 'id', 'call_id', 'tool_call_id', 'tool_use_id', 'model', 'status', 'cache_control'],
  ...['media_type', 'mimeType', 'mime_type', 'detail', 'signature', 'thoughtSignature', 'thought_signature'],
  ...['encrypted_content', 'reasoning_details', 'extra_content'],
]);

/** Members that hold a picture, or a list of them. */
const pictures: ReadonlySet<string> = new Set([
  ...['image_url', 'images', 'inlineData', 'inline_data', 'fileData', 'file_data'],
]);

/** Members that hold a sound, a document or a picture in base64, or the address of one. */
const files: ReadonlySet<string> = new Set([
  'data',
  'file_data',
  'fileData',
  'image',
  'url',
  'uri',
  'file_url',
  'fileUri',
]);

/** Members that reach the model as JSON, with the names of their members and all. */
const verbatim: ReadonlySet<string> = new Set([
  ...['tools', 'functions', 'response_format', 'format', 'output_config', 'arguments', 'args', 'response'],
]);

/**
 * Weighs a parsed request for an estimate of its tokens. Base64 is set apart where it is a file; where it is read as text it
 * costs more than prose.
 */
export function weighText(question: JsonValue | undefined): TextWeight {
  const scale = new Scale();
  scale.question(question);
  return { textBytes: scale.textBytes, messages: scale.messages, files: scale.files };
}

type Members = Readonly<Record<string, JsonValue>>;

class Scale {
  textBytes = 0;
  messages = 0;
  files = 0;

  question(question: JsonValue | undefined): void {
    if (!isObject(question)) return;
    for (const name of Object.keys(question)) {
      if (prompts.has(name)) this.#member(name, question[name], question);
    }
  }

  /** Something said: texts count, and what stands around them does not. */
  #said(value: JsonValue | undefined): void {
    if (typeof value === 'string') this.#text(value);
    else if (isList(value)) for (const item of value) this.#said(item);
    else if (isObject(value)) this.#part(value);
    // A token that was sent as its number.
    else if (typeof value === 'number') this.textBytes += 4;
  }

  #part(part: Members): void {
    if (typeof part['role'] === 'string') this.messages++;
    if (part['type'] === 'image') {
      this.files++;
      return;
    }
    for (const name of Object.keys(part)) this.#member(name, part[name], part);
  }

  #member(name: string, value: JsonValue | undefined, holder: Members): void {
    if (labels.has(name)) return;
    if (pictures.has(name)) this.files += isList(value) ? value.length : 1;
    else if (files.has(name) && typeof value === 'string') this.#file(value);
    else if (verbatim.has(name) || (name === 'input' && holder['type'] === 'tool_use')) this.#json(value);
    else this.#said(value);
  }

  #json(value: JsonValue | undefined): void {
    if (typeof value === 'string') this.#text(value);
    else if (isList(value)) for (const item of value) this.#json(item);
    else if (isObject(value)) this.#jsonMembers(value);
    else if (value !== undefined) this.textBytes += 4;
  }

  #jsonMembers(object: Members): void {
    for (const name of Object.keys(object)) {
      this.textBytes += name.length;
      this.#json(object[name]);
    }
  }

  /** What is said without a blank is read all the same: in Chinese nothing else is. */
  #text(text: string): void {
    this.textBytes += Buffer.byteLength(text);
  }

  #file(text: string): void {
    if (text.length > UNBROKEN_MAX && isUnbroken(text)) this.files++;
    else this.#text(text);
  }
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue | undefined): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isUnbroken(text: string): boolean {
  for (let at = 0; at < UNBROKEN_MAX; at++) if (text.charCodeAt(at) <= 0x20) return false;
  return true;
}
