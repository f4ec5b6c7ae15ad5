import type { CallEvent } from '../../model/call-event.ts';
import { type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { AnswerReading, EventReader } from '../dialect.ts';
import { withTokens } from '../logprobs-family/place-tokens.ts';
import { readChoiceLogprobs } from '../openai-family/choice-logprobs.ts';
import { type ChoiceReader, ChunkReader, readWhole } from '../openai-family/chunk-reader.ts';
import { readFinishReason } from './finish-reason.ts';

export function eventReader({ warnings }: AnswerReading): EventReader {
  return new ChunkReader((choice) => new TextChoiceReader(choice, warnings));
}

export function eventsOfWhole(answer: JsonValue, { warnings }: AnswerReading): CallEvent[] {
  return readWhole(answer, (choice) => new TextChoiceReader(choice, warnings));
}

/** Reads one choice: its text, piece by piece or all at once. */
class TextChoiceReader implements ChoiceReader {
  readonly #choice: number;
  readonly #warnings: Warnings;
  #stopText: string | undefined;

  constructor(choice: number, warnings: Warnings) {
    this.#choice = choice;
    this.#warnings = warnings;
  }

  push(choice: JsonObject): readonly CallEvent[] {
    // vLLM tells which of the stop texts it was.
    this.#stopText = stringMember(choice, 'stop_reason') || this.#stopText;
    const text = stringMember(choice, 'text');
    const said: CallEvent[] = text ? [{ type: 'text-delta', choice: this.#choice, text }] : [];
    return withTokens(this.#choice, readChoiceLogprobs(choice), said);
  }

  end(reason: string | undefined): CallEvent[] {
    if (reason === undefined) this.#warnings.estimated('finish_reason', 'missing');
    const said = readFinishReason(reason ?? 'stop');
    const ended = { type: 'choice-end', choice: this.#choice } as const;
    if (said !== 'stop' || this.#stopText === undefined) return [{ ...ended, reason: said }];
    return [{ ...ended, reason: 'stop-text', stopText: this.#stopText }];
  }
}
