import type { Fold } from './folds/fold.ts';
import { foldAnswer } from './folds/fold-answer.ts';
import type { Recording } from './recording.ts';

/** What the backend of a recording says. */
export function foldRecording(recording: Recording): Fold {
  const tail = recording.tail ? [recording.tail] : [];
  const payloads = [...recording.payloads, ...tail].map(parsed);
  return foldAnswer(recording.dialect, recording.form, payloads);
}

/** A frame nobody can read says nothing. */
function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
