import type { Part } from '../../model/call.ts';
import { arrayMember, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import { readSignature } from '../../model/signature.ts';
import type { Warnings } from '../../model/warnings.ts';
import { cacheOf } from './cache-mark.ts';
import { readPlainWord } from './plain-word.ts';
import { readDocument, readImage } from './read-sources.ts';
import { needObject, needString, readString, wrongType } from './request-fields.ts';

/** A block of a message's content, and where it stands. */
export interface Block {
  readonly wire: JsonObject;
  readonly path: string;
}

type PartReader = (block: JsonObject, path: string, warnings: Warnings) => readonly Part[];

const readers: ReadonlyMap<string, PartReader> = new Map<string, PartReader>([
  ['text', readText],
  ['image', (block, path) => [readImage(block, path)]],
  ['document', readWholeDocument],
  ['search_result', (block, path) => [{ type: 'text', text: readSearchResult(block, path) }]],
  ['thinking', readThinking],
  ['redacted_thinking', readRedactedThinking],
  ['tool_use', (block, path) => [readToolUse(block, path)]],
  ['compaction', readCompaction],
]);

/** A message's content, a text or blocks, as blocks. */
export function readBlocks(content: JsonValue | undefined, path: string): Block[] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [{ wire: { type: 'text', text: content }, path }];
  if (!Array.isArray(content)) throw wrongType(path, 'a string or an array of blocks');
  return content.map((block: JsonValue, at) => {
    const blockPath = `${path}[${at}]`;
    return { wire: needObject(block, blockPath), path: blockPath };
  });
}

export function readParts(blocks: readonly Block[], warnings: Warnings): Part[] {
  return blocks.flatMap((block) => readPart(block, warnings));
}

function readPart({ wire, path }: Block, warnings: Warnings): readonly Part[] {
  const type = needString(wire, 'type', path);
  const read = readers.get(type);
  if (read === undefined) {
    giveUp(type, path, warnings);
    return [];
  }
  const cache = cacheOf(wire);
  return read(wire, path, warnings).map((part) => ({ ...part, ...cache }));
}

/** What Anthropic's own tools were asked and found in earlier turns; nobody else can go on with it. */
const ofOwnTools = /^(?:server_tool_use|mcp_tool_use|tool_reference|.+_tool_result)$/;

/** The traces of Anthropic's own tools are left out (W); any other block might be what the question is about (E). */
function giveUp(type: string, path: string, warnings: Warnings): void {
  if (ofOwnTools.test(type)) {
    warnings.dropped(path);
    return;
  }
  warnings.refuse(path, `The backend of this model cannot read the block in "${path}"; leave it out.`);
}

function readText(block: JsonObject, path: string, warnings: Warnings): readonly Part[] {
  if ((arrayMember(block, 'citations') ?? []).length > 0) warnings.dropped(`${path}.citations`);
  return [{ type: 'text', text: needString(block, 'text', path) }];
}

function readWholeDocument(block: JsonObject, path: string, warnings: Warnings): readonly Part[] {
  return readDocument(block, path, warnings, (content, inner) =>
    readParts(readBlocks(content, inner), warnings),
  );
}

function readThinking(block: JsonObject, path: string): readonly Part[] {
  const text = readString(block, 'thinking', path) ?? '';
  return [
    { type: 'thinking', text, signature: readSignature(stringMember(block, 'signature'), 'anthropic') },
  ];
}

function readRedactedThinking(block: JsonObject): readonly Part[] {
  const signature = readSignature(stringMember(block, 'data'), 'anthropic');
  return signature === undefined ? [] : [{ type: 'redacted-thinking', signature }];
}

function readToolUse(block: JsonObject, path: string): Part {
  return {
    type: 'tool-use',
    id: readPlainWord(needString(block, 'id', path)),
    name: needString(block, 'name', path),
    arguments: JSON.stringify(block['input'] ?? {}),
  };
}

function readSearchResult(block: JsonObject, path: string): string {
  const texts = readBlocks(block['content'], `${path}.content`).map(({ wire }) => stringMember(wire, 'text'));
  const lines = [stringMember(block, 'title'), stringMember(block, 'source'), ...texts];
  return lines.filter(Boolean).join('\n');
}

/** The summary that stands for a talk grown too long; without it the model would know nothing of that. */
function readCompaction(block: JsonObject, path: string, warnings: Warnings): readonly Part[] {
  const content = block['content'];
  if (typeof content !== 'string' || content === '') return [];
  warnings.changed(path, 'sent_as_text');
  return [{ type: 'text', text: content }];
}
