/** What Google's own library relies on, and what its API never does (protocols 4.3, 4.4). */
import { at, listAt, textAt } from '../folds/loose.ts';
import { Complaints } from './complaints.ts';

export function geminiManners(responses: readonly unknown[]): string[] {
  const complaints = new Complaints();
  const said = responses.filter((response) => !at(response, 'error'));
  const finishes = said.filter((response) => textAt(response, 'candidates', 0, 'finishReason') !== '');
  const isBlocked = said.some((response) => at(response, 'promptFeedback', 'blockReason'));
  const hasFailed = said.length < responses.length;
  complaints.expect(hasFailed || isBlocked || finishes.length === 1, 'one finishReason');
  complaints.expect(
    hasFailed || isBlocked || said.at(-1) === finishes[0],
    'the finishReason in the last response',
  );
  complaints.expect(
    hasFailed || at(said.at(-1), 'usageMetadata') !== undefined,
    'usage in the last response',
  );
  for (const response of said) {
    for (const part of listAt(response, 'candidates', 0, 'content', 'parts')) partManners(part, complaints);
    const role = at(response, 'candidates', 0, 'content', 'role');
    complaints.expect(role === undefined || role === 'model', 'role');
  }
  for (const error of responses.filter((response) => at(response, 'error'))) {
    complaints.expect(typeof at(error, 'error', 'code') === 'number', 'a number as code of an error');
  }
  return complaints.list;
}

function partManners(part: unknown, complaints: Complaints): void {
  const call = at(part, 'functionCall');
  if (call === undefined) return;
  const args = at(call, 'args');
  complaints.expect(textAt(call, 'name') !== '', 'a name for every call');
  complaints.expect(
    args === undefined || (typeof args === 'object' && args !== null && !Array.isArray(args)),
    'an object as args',
  );
  complaints.expect(at(call, 'partialArgs') === undefined, 'no arguments in pieces');
}
