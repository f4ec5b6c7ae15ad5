import type { CallEvent } from '../../model/call-event.ts';
import type { JsonValue } from '../../model/json.ts';
import type { AnswerReading, EventReader, WholeHeard } from '../dialect.ts';
import { AnswerReader, readWhole } from '../ollama-family/answer-reader.ts';
import { hearAnswer } from '../ollama-family/hear-answer.ts';
import { generateForm } from './form.ts';

export function eventReader(reading: AnswerReading): EventReader {
  return new AnswerReader(generateForm, reading);
}

export function eventsOfWhole(answer: JsonValue, reading: AnswerReading): CallEvent[] {
  return readWhole(answer, generateForm, reading);
}

export function hearWhole(answer: JsonValue): WholeHeard {
  return hearAnswer(answer, generateForm);
}
