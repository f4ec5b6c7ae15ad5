import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { Warnings } from '../../model/warnings.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';

function edited(text: string, wishes: { model?: string; systemPrompt?: string }): string {
  const bytes = Buffer.from(text);
  const body = JSON.parse(text) as JsonObject;
  const outline = outlineJson(bytes, { depthMax: 99, valuesMax: 9999 });
  return applyEdits(
    bytes,
    planEdits(outline, body, readAsked(body), {
      forceStreamUsage: true,
      warnings: new Warnings(),
      ...wishes,
    }),
  ).toString();
}

describe('edits of a chat', () => {
  it.each([
    ['{"model":"a","messages":[{"role":"user"}]}', {}, '{"model":"a","messages":[{"role":"user"}]}'],
    ['{"model":"a:b","odd":1e400}', { model: 'c:d' }, '{"model":"c:d","odd":1e400}'],
    ['{"messages":[]}', { model: 'c' }, '{"model":"c","messages":[]}'],
    ['{}', { model: 'c' }, '{"model":"c"}'],
    [
      '{"messages" : [ {"role":"user"}],"model":"a"}',
      { systemPrompt: 'Be "é".', model: 'c' },
      '{"messages" : [{"role":"system","content":"Be \\"é\\"."}, {"role":"user"}],"model":"c"}',
    ],
    ['{"model":"a","messages":[]}', { systemPrompt: 'S' }, '{"model":"a","messages":[]}'],
    ['{"model":"a"}', { systemPrompt: 'S' }, '{"model":"a"}'],
  ])('%s with %j', (text, wishes, wanted) => {
    expect(edited(text, wishes)).toBe(wanted);
  });
});
