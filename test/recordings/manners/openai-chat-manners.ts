/** What OpenAI's own libraries rely on in a chat answer (protocols 2.3, 2.4, 12). */
import { at, listAt, numberAt, textAt } from '../folds/loose.ts';
import { Complaints } from './complaints.ts';

export function chatAnswerManners(answer: unknown, model: string): string[] {
  const complaints = new Complaints();
  const choice = listAt(answer, 'choices')[0];
  const message = at(choice, 'message');
  complaints.expect(textAt(answer, 'id') !== '', 'an id');
  complaints.expect(at(answer, 'object') === 'chat.completion', 'object');
  complaints.expect(at(answer, 'model') === model, 'the model that was asked for');
  complaints.expect(Number.isInteger(at(answer, 'created')), 'created');
  complaints.expect(at(message, 'role') === 'assistant', 'role');
  complaints.expect(at(choice, 'index') === 0, 'index of the choice');
  complaints.expect(at(message, 'content') !== undefined, 'content, or null');
  complaints.expect(textAt(choice, 'finish_reason') !== '', 'a finish reason');
  for (const call of listAt(message, 'tool_calls')) {
    complaints.expect(textAt(call, 'id') !== '', 'an id for every call');
    complaints.expect(at(call, 'type') === 'function' || at(call, 'type') === 'custom', 'type of the call');
  }
  complaints.expect(hasSaneUsage(at(answer, 'usage')), 'a total that is the sum');
  return complaints.list;
}

export function chatStreamManners(chunks: readonly unknown[], model: string): string[] {
  const complaints = new Complaints();
  const said = chunks.filter((chunk) => !at(chunk, 'error'));
  const hasFailed = said.length < chunks.length;
  const ids = new Set(said.map((chunk) => at(chunk, 'id')));
  complaints.expect(ids.size <= 1, 'one id throughout');
  for (const chunk of said) {
    complaints.expect(at(chunk, 'object') === 'chat.completion.chunk', 'object');
    complaints.expect(at(chunk, 'model') === model, 'the model that was asked for');
    complaints.expect(Array.isArray(at(chunk, 'choices')), 'choices in every chunk');
    for (const choice of listAt(chunk, 'choices')) {
      complaints.expect(at(choice, 'finish_reason') !== undefined, 'the key finish_reason in every chunk');
      complaints.expect(at(choice, 'delta') !== undefined, 'a delta in every choice');
    }
    complaints.expect(hasSaneUsage(at(chunk, 'usage')), 'a total that is the sum');
  }
  const choices = said.flatMap((chunk) => listAt(chunk, 'choices'));
  const first = choices[0];
  complaints.expect(
    first === undefined || at(first, 'delta', 'role') === 'assistant',
    'the role in the first chunk',
  );
  const finishes = choices.filter((choice) => at(choice, 'finish_reason') !== null);
  complaints.expect(hasFailed || finishes.length === 1, 'one finish reason');
  complaints.expect(
    hasFailed || choices.at(-1) === finishes[0],
    'nothing of the choice after its finish reason',
  );
  callManners(choices, complaints);
  return complaints.list;
}

function callManners(choices: readonly unknown[], complaints: Complaints): void {
  const begun = new Set<number>();
  for (const piece of choices.flatMap((choice) => listAt(choice, 'delta', 'tool_calls'))) {
    const index = numberAt(piece, 'index') ?? -1;
    if (begun.has(index)) {
      complaints.expect(at(piece, 'id') === undefined, 'the id of a call once');
      complaints.expect(at(piece, 'function', 'name') === undefined, 'the name of a call once');
      continue;
    }
    complaints.expect(index === begun.size, 'calls numbered from 0 without a gap');
    complaints.expect(textAt(piece, 'id') !== '', 'an id for every call');
    complaints.expect(textAt(piece, 'type') !== '', 'type of the call');
    begun.add(index);
  }
}

function hasSaneUsage(usage: unknown): boolean {
  if (usage === undefined || usage === null) return true;
  const {
    prompt_tokens: read,
    completion_tokens: written,
    total_tokens: total,
  } = usage as Record<string, number>;
  return total === (read ?? 0) + (written ?? 0);
}
