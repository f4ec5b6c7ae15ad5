import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
} from '../../model/json.ts';
import { isMarkedSignature } from '../signature-family/marked-signature.ts';
import { sifted } from '../signature-family/sifted.ts';

/**
 * The turns without the thoughts that Anthropic never signed: those this house gave out for another maker, marked
 * or with the empty signature of one who signs nothing. The API answers them with 400 (protocols 10.6, T16). Where
 * there are none, it is the very same list.
 */
export function withoutForeignThoughts(turns: readonly JsonValue[]): readonly JsonValue[] {
  return sifted(turns, cleanTurn);
}

/** The API refuses a turn without content. */
const EMPTY: JsonObject = { type: 'text', text: '(empty)' };

function cleanTurn(turn: JsonValue): JsonValue {
  const content = isJsonObject(turn) ? arrayMember(turn, 'content') : undefined;
  if (!isJsonObject(turn) || content === undefined) return turn;
  const kept = sifted(content, ownBlock);
  if (kept === content) return turn;
  return { ...turn, content: kept.length > 0 ? kept : [EMPTY] };
}

function ownBlock(block: JsonValue): JsonValue | undefined {
  return isJsonObject(block) && isForeign(block) ? undefined : block;
}

function isForeign(block: JsonObject): boolean {
  if (block['type'] === 'redacted_thinking') return isMarkedSignature(block['data']);
  if (block['type'] !== 'thinking') return false;
  return block['signature'] === '' || isMarkedSignature(block['signature']);
}

/** Are there thoughts among what goes? A block without text was there for its signature, which nobody else can miss. */
export function losesThoughts(turns: readonly JsonValue[]): boolean {
  return turns.some(
    (turn) => isJsonObject(turn) && (arrayMember(turn, 'content') ?? []).some(isForeignThought),
  );
}

function isForeignThought(block: JsonValue): boolean {
  return isJsonObject(block) && isForeign(block) && block['thinking'] !== '';
}

/**
 * Has the turn that goes on lost the thoughts it must begin with? Models that count out their thoughts answer 400
 * where a tool use is not led by any, so that thinking must be off for this question (protocols 10.6).
 */
export function mustStopThinking(
  body: JsonObject,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
): boolean {
  if (objectMember(body, 'thinking')?.['type'] !== 'enabled') return false;
  const at = after.findLastIndex((turn) => isJsonObject(turn) && turn['role'] === 'assistant');
  const turn = after[at];
  if (!isJsonObject(turn) || turn === before[at]) return false;
  const blocks = (arrayMember(turn, 'content') ?? []).map(typeOf);
  return blocks.includes('tool_use') && blocks[0] !== 'thinking' && blocks[0] !== 'redacted_thinking';
}

function typeOf(block: JsonValue): JsonValue | undefined {
  return isJsonObject(block) ? block['type'] : undefined;
}
