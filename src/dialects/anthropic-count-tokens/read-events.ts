import type { CallEvent } from '../../model/call-event.ts';
import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { readTokenCount } from '../../model/usage.ts';
import { hearWhole } from './hear-whole.ts';

export function eventsOfWhole(answer: JsonValue): CallEvent[] {
  const { error } = hearWhole(answer);
  if (error !== undefined) {
    const { message, code, type, meaning } = error;
    return [{ type: 'error', message, code, backendType: type, meaning }];
  }
  const inputTokens = (isJsonObject(answer) && readTokenCount(answer['input_tokens'])) || 0;
  return [
    { type: 'answer-start', model: '' },
    { type: 'usage', usage: { inputTokens, outputTokens: 0 } },
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'answer-end' },
  ];
}
