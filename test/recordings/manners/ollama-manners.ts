/** What Ollama's own clients rely on (protocols 5). */
import { at, listAt, numberAt, textAt } from '../folds/loose.ts';
import { Complaints } from './complaints.ts';

export function ollamaManners(lines: readonly unknown[], model: string): string[] {
  const complaints = new Complaints();
  const said = lines.filter((line) => !at(line, 'error'));
  const hasFailed = said.length < lines.length;
  for (const line of said) {
    complaints.expect(at(line, 'model') === model, 'the model that was asked for');
    complaints.expect(!Number.isNaN(Date.parse(textAt(line, 'created_at'))), 'created_at');
    complaints.expect(at(line, 'message', 'role') === 'assistant', 'role');
    complaints.expect(typeof at(line, 'message', 'content') === 'string', 'content as a text');
    complaints.expect(
      at(line, 'done') === (line === said.at(-1) && !hasFailed),
      'done on the last line alone',
    );
    for (const call of listAt(line, 'message', 'tool_calls')) {
      const args = at(call, 'function', 'arguments');
      complaints.expect(
        typeof args === 'object' && args !== null && !Array.isArray(args),
        'an object as arguments',
      );
    }
  }
  if (hasFailed) return complaints.list;
  complaints.expect(textAt(said.at(-1), 'done_reason') !== '', 'done_reason at the end');
  complaints.expect((numberAt(said.at(-1), 'total_duration') ?? -1) >= 0, 'total_duration at the end');
  return complaints.list;
}
