/** The items of a Responses answer, complete and with all that happens until they are: reasoning, message, calls. */
import type { Asked, Said, ToolCall } from '../asked-and-said.ts';
import { type JsonObject, listIn } from '../json.ts';
import { allOdds, withOdds } from '../odds.ts';
import { inBits, inPieces, isWordless } from '../words.ts';
import { tokenObject } from './openai-odds.ts';

/** An event before it is numbered. */
export type Event = JsonObject & { readonly type: string };

export interface Item {
  /** A getter: a flood of text is joined only at its end. */
  readonly finished: JsonObject;
  events(outputIndex: number): Iterable<Event>;
}

export function itemsOf(said: Said, asked: Asked): Item[] {
  const isSilent = isWordless(said.pieces) && said.refusal?.by !== 'model';
  return [
    ...reasoningItems(said, asked),
    ...(isSilent
      ? []
      : [said.refusal?.by === 'model' ? refusalItem(said, said.refusal.words) : textItem(said, asked)]),
    ...said.tools.map((tool, at) => callItem(said, tool, at)),
  ];
}

/** The encrypted content comes if it is asked for, or always in the scenario `signed`. */
function reasoningItems(said: Said, asked: Asked): Item[] {
  if (said.thoughts.length === 0 && said.signed === 'no') return [];
  const isAsked = listIn(asked.body.include).includes('reasoning.encrypted_content');
  const encrypted = isAsked || said.signed !== 'no' ? { encrypted_content: 'gAAAAABmYWtl' } : {};
  const id = `rs_${said.id}`;
  const opened = { id, type: 'reasoning', ...encrypted, summary: [] };
  const thoughts = said.signed === 'redacted' ? [] : said.thoughts;
  const summary = thoughts.length > 0 ? [{ type: 'summary_text', text: thoughts.join('') }] : [];
  const finished = { ...opened, summary };
  return [{ finished, events: (at) => around(at, opened, { finished }, summaryEvents(id, at, thoughts)) }];
}

function* summaryEvents(
  item_id: string,
  output_index: number,
  thoughts: readonly string[],
): Generator<Event> {
  if (thoughts.length === 0) return;
  const place = { item_id, output_index, summary_index: 0 };
  const text = thoughts.join('');
  yield { type: 'response.reasoning_summary_part.added', ...place, part: { type: 'summary_text', text: '' } };
  for (const delta of thoughts) yield { type: 'response.reasoning_summary_text.delta', ...place, delta };
  yield { type: 'response.reasoning_summary_text.done', ...place, text };
  yield { type: 'response.reasoning_summary_part.done', ...place, part: { type: 'summary_text', text } };
}

function textItem(said: Said, asked: Asked): Item {
  return {
    get finished() {
      const logprobs = allOdds(said.pieces, asked).map(tokenObject);
      return messageItem(said, outputText([...said.pieces].join(''), logprobs));
    },
    events(at) {
      return around(at, messageItem(said), this, textEvents(said, asked, at));
    },
  };
}

function* textEvents(said: Said, asked: Asked, output_index: number): Generator<Event> {
  const place = { item_id: `msg_${said.id}`, output_index, content_index: 0 };
  let text = '';
  yield { type: 'response.content_part.added', ...place, part: outputText('') };
  for (const [delta, odds] of withOdds(said.pieces, asked)) {
    text += delta;
    const told = odds ? [tokenObject(odds)] : [];
    yield { type: 'response.output_text.delta', ...place, delta, logprobs: told };
  }
  const logprobs = allOdds(said.pieces, asked).map(tokenObject);
  yield { type: 'response.output_text.done', ...place, text, logprobs };
  yield { type: 'response.content_part.done', ...place, part: outputText(text, logprobs) };
}

function refusalItem(said: Said, refusal: string): Item {
  const finished = messageItem(said, { type: 'refusal', refusal });
  return {
    finished,
    events: (at) => around(at, messageItem(said), { finished }, refusalEvents(said, at, refusal)),
  };
}

function* refusalEvents(said: Said, output_index: number, refusal: string): Generator<Event> {
  const place = { item_id: `msg_${said.id}`, output_index, content_index: 0 };
  yield { type: 'response.content_part.added', ...place, part: { type: 'refusal', refusal: '' } };
  for (const delta of inPieces(refusal)) yield { type: 'response.refusal.delta', ...place, delta };
  yield { type: 'response.refusal.done', ...place, refusal };
  yield { type: 'response.content_part.done', ...place, part: { type: 'refusal', refusal } };
}

function callItem(said: Said, { id, name, argsText }: ToolCall, nth: number): Item {
  const item_id = nth === 0 ? `fc_${said.id}` : `fc_${said.id}_${nth}`;
  const head = { id: item_id, type: 'function_call' };
  const opened = { ...head, status: 'in_progress', arguments: '', call_id: id, name };
  const finished = { ...opened, status: 'completed', arguments: argsText };
  return {
    finished,
    events: (at) => around(at, opened, { finished }, callEvents(item_id, at, name, argsText)),
  };
}

function* callEvents(
  item_id: string,
  output_index: number,
  name: string,
  argsText: string,
): Generator<Event> {
  const place = { item_id, output_index };
  for (const delta of inBits(argsText)) {
    yield { type: 'response.function_call_arguments.delta', ...place, delta };
  }
  yield { type: 'response.function_call_arguments.done', ...place, name, arguments: argsText };
}

function* around(
  output_index: number,
  opened: JsonObject,
  item: Pick<Item, 'finished'>,
  between: Iterable<Event>,
): Generator<Event> {
  yield { type: 'response.output_item.added', output_index, item: opened };
  yield* between;
  yield { type: 'response.output_item.done', output_index, item: item.finished };
}

/** Without a part it is the message as it is opened. */
function messageItem(said: Said, part?: JsonObject): JsonObject {
  const isCut = said.finish === 'length' || said.refusal?.by === 'filter';
  const status = part ? (isCut ? 'incomplete' : 'completed') : 'in_progress';
  return { id: `msg_${said.id}`, type: 'message', status, content: part ? [part] : [], role: 'assistant' };
}

function outputText(text: string, logprobs: readonly JsonObject[] = []): JsonObject {
  return { type: 'output_text', annotations: [], logprobs, text };
}
