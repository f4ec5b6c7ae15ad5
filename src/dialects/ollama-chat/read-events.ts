import type { CallEvent } from '../../model/call-event.ts';
import type { JsonValue } from '../../model/json.ts';
import type { AnswerReading, EventReader, WholeHeard } from '../dialect.ts';
import { AnswerReader, readWhole } from '../ollama-family/answer-reader.ts';
import { hearAnswer } from '../ollama-family/hear-answer.ts';
import { chatForm } from './form.ts';

export function eventReader(reading: AnswerReading): EventReader {
  return new AnswerReader(chatForm, reading);
}

export function eventsOfWhole(answer: JsonValue, reading: AnswerReading): CallEvent[] {
  return readWhole(answer, chatForm, reading);
}

export function hearWhole(answer: JsonValue): WholeHeard {
  return hearAnswer(answer, chatForm);
}
