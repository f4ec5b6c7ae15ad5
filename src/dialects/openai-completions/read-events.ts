import type { CallEvent } from '../../model/call-event.ts';
import { type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { EventReader } from '../dialect.ts';
import { type ChoiceReader, ChunkReader, readWhole } from '../openai-family/chunk-reader.ts';
import { readFinishReason } from './finish-reason.ts';

export function eventReader(): EventReader {
  return new ChunkReader((choice) => new TextChoiceReader(choice));
}

export function eventsOfWhole(answer: JsonValue): CallEvent[] {
  return readWhole(answer, (choice) => new TextChoiceReader(choice));
}

/** Reads one choice: its text, piece by piece or all at once. */
class TextChoiceReader implements ChoiceReader {
  readonly #choice: number;

  constructor(choice: number) {
    this.#choice = choice;
  }

  push(choice: JsonObject): CallEvent[] {
    const text = stringMember(choice, 'text');
    return text ? [{ type: 'text-delta', choice: this.#choice, text }] : [];
  }

  end(reason: string | undefined): CallEvent[] {
    return [{ type: 'choice-end', choice: this.#choice, reason: readFinishReason(reason ?? 'stop') }];
  }
}
