import type { CallEvent } from '../../model/call-event.ts';
import { arrayMember, isJsonObject, type JsonObject, objectMember, stringMember } from '../../model/json.ts';
import type { Signature } from '../../model/signature.ts';
import { ObjectEnd } from '../tool-use-family/object-end.ts';
import { wrapInput } from './custom-tools.ts';
import { readThoughtSignature } from './thought-signature.ts';

/** One tool call as its pieces come in. */
interface OpenCall {
  readonly id: string;
  readonly index: number | undefined;
  /** Unknown until a piece says it; until then nothing is told. */
  name: string | undefined;
  arguments: string;
  readonly end: ObjectEnd;
  readonly signature: Signature | undefined;
}

interface Piece {
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly arguments: string;
  readonly signature: Signature | undefined;
}

/**
 * Puts the pieces of one choice's tool calls together. By the book a piece says by `index` which call it goes
 * on with; in the wild the index is missing, is 0 for all of several calls (protocols T9), or ids are missing
 * or given twice.
 */
export class ToolCallReader {
  readonly #choice: number;
  readonly #idStem: string;
  readonly #calls: OpenCall[] = [];
  /** The last call of each index, and the first of each id. */
  readonly #byIndex = new Map<number, OpenCall>();
  readonly #byId = new Map<string, OpenCall>();
  /** How often each id was wanted. */
  readonly #wanted = new Map<string, number>();

  constructor(choice: number, answerId: string | undefined) {
    this.#choice = choice;
    // Derived, not random: the same answer read twice has the same ids. At most 40 characters long.
    const answer = answerId?.replace(/[^A-Za-z0-9]/g, '').slice(-24);
    this.#idStem = answer ? `call_${answer}_${choice}` : `call_${choice}`;
  }

  get hasAny(): boolean {
    return this.#calls.length > 0;
  }

  /** The tool calls of a delta or message, in the new form or that of `functions`. */
  push(delta: JsonObject): CallEvent[] {
    const pieces = arrayMember(delta, 'tool_calls') ?? [];
    const events = pieces.flatMap((piece) => (isJsonObject(piece) ? this.#take(readPiece(piece)) : []));
    const old = objectMember(delta, 'function_call');
    return old === undefined ? events : [...events, ...this.#take(readPiece({ index: 0, function: old }))];
  }

  /** A call whose name never came is told all the same: hiding it would change the answer. */
  end(): CallEvent[] {
    return this.#calls.flatMap((call) => (call.name === undefined ? this.#tellName(call, '') : []));
  }

  #take(piece: Piece): CallEvent[] {
    const call = this.#callOf(piece) ?? this.#open(piece);
    call.arguments += piece.arguments;
    call.end.push(piece.arguments);
    if (call.name === undefined) return piece.name === undefined ? [] : this.#tellName(call, piece.name);
    return this.#delta(call, piece.arguments);
  }

  /** The call this piece goes on with, or undefined if it begins a new one. */
  #callOf(piece: Piece): OpenCall | undefined {
    const call = this.#candidate(piece);
    return call !== undefined && beginsAnother(piece, call) ? undefined : call;
  }

  #candidate(piece: Piece): OpenCall | undefined {
    if (piece.index !== undefined) return this.#byIndex.get(piece.index);
    if (piece.id !== undefined) return this.#byId.get(piece.id);
    return piece.name === undefined ? this.#calls.at(-1) : undefined;
  }

  #open(piece: Piece): OpenCall {
    const { index, signature } = piece;
    const call = {
      id: this.#freeId(piece.id),
      index,
      name: undefined,
      arguments: '',
      end: new ObjectEnd(),
      signature,
    };
    this.#calls.push(call);
    if (index !== undefined) this.#byIndex.set(index, call);
    this.#byId.set(call.id, call);
    return call;
  }

  #freeId(wanted: string | undefined): string {
    const stem = wanted ?? `${this.#idStem}_${this.#calls.length}`;
    let id = stem;
    let copy = this.#wanted.get(stem) ?? 1;
    while (this.#byId.has(id)) id = `${stem}-${++copy}`;
    this.#wanted.set(stem, copy);
    return id;
  }

  #tellName(call: OpenCall, name: string): CallEvent[] {
    call.name = name;
    return [
      { type: 'tool-use-start', choice: this.#choice, id: call.id, name, signature: call.signature },
      ...this.#delta(call, call.arguments),
    ];
  }

  #delta(call: OpenCall, text: string): CallEvent[] {
    if (text === '') return [];
    return [{ type: 'tool-use-delta', choice: this.#choice, id: call.id, arguments: text }];
  }
}

/** Does this piece, though it bears the call's index, name another call? A repeated name alone does not. */
function beginsAnother(piece: Piece, call: OpenCall): boolean {
  if (piece.name === undefined || call.name === undefined) return false;
  if (piece.id !== undefined) return piece.id !== call.id;
  return piece.arguments !== '' && call.end.hasCome;
}

function readPiece(piece: JsonObject): Piece {
  const index = piece['index'];
  const called = objectMember(piece, 'function') ?? dressed(objectMember(piece, 'custom'));
  return {
    index: typeof index === 'number' ? index : undefined,
    id: stringMember(piece, 'id') || undefined,
    name: (called && stringMember(called, 'name')) || undefined,
    arguments: readArguments(called),
    signature: readThoughtSignature(piece),
  };
}

/** A call of a free-form tool, which nobody asked for here: its text in the dress of a function's arguments. */
function dressed(custom: JsonObject | undefined): JsonObject | undefined {
  return custom && { name: custom['name'], arguments: wrapInput(stringMember(custom, 'input') ?? '') };
}

/** A string, by the book; some servers send the object that it should be the text of. */
function readArguments(called: JsonObject | undefined): string {
  const value = called?.['arguments'];
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
