import type { CallEvent } from '../../model/call-event.ts';
import type { JsonValue } from '../../model/json.ts';
import type { AnswerReading, EventReader } from '../dialect.ts';
import { ChunkReader, type NewChoiceReader, readWhole } from '../openai-family/chunk-reader.ts';
import { ChatChoiceReader } from './chat-choice-reader.ts';

export function eventReader(reading: AnswerReading): EventReader {
  return new ChunkReader(choiceReaders(reading));
}

export function eventsOfWhole(answer: JsonValue, reading: AnswerReading): CallEvent[] {
  return readWhole(answer, choiceReaders(reading));
}

function choiceReaders(reading: AnswerReading): NewChoiceReader {
  return (choice, answerId) => new ChatChoiceReader(choice, answerId, reading);
}
