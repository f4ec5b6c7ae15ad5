import type { Call, CallKind } from '../model/call.ts';
import type { CallEvent } from '../model/call-event.ts';
import type { Operation } from '../model/operation.ts';
import type { PicturePreset } from '../model/picture-preset.ts';
import type { SentFile } from '../model/sent-file.ts';
import type { Warnings } from '../model/warnings.ts';
import type { Answer, Ask } from './driver.ts';

/**
 * How a call is answered by a server that speaks no dialect of ours, or takes several requests for one answer: start,
 * look again, fetch. A description like the rest of a provider: a generator that yields what to ask, how long to
 * wait and what to tell the client, and is handed the answers. Whoever runs it (`src/upstream/run-job.ts`) owns the
 * connections, the time limits and the client.
 *
 * What was begun there and would go on without us is said with `begun`: how it is called off, should nobody want the
 * answer any more, or the job fail. A request that is under way is first heard to its end, for its answer may be what
 * names the job.
 */
export interface Jobs {
  /** The kinds of calls that are answered so. */
  readonly kinds: readonly CallKind[];
  /** What `supports` in the configuration calls the work. */
  readonly operations: readonly Operation[];
  /** It makes pictures by what the configuration says of styles, refiners and their kin. */
  readonly takesPresets?: boolean | undefined;
  /** A new job for one call of such a kind. */
  answer(call: Call, setting: JobSetting): Job;
}

/** Yields steps, receives the answers to its questions, and has told everything when it returns. */
export type Job = Generator<JobStep, void, Answer>;

/** A part of a job that comes to something. */
export type JobPart<Result> = Generator<JobStep, Result, Answer>;

export type JobStep = Ask | FormAsk | Shrink | Pause | Tell | Begun;

/** A picture that is wanted smaller; its answer's `text` is that in base64, or empty where that cannot be done. */
export interface Shrink {
  readonly shrink: { readonly base64: string; readonly width: number; readonly height: number };
}

/** A question that is a form: texts, and pictures that are read while they are sent. */
export interface FormAsk {
  readonly method: 'POST';
  readonly path: string;
  readonly form: readonly FormField[];
}

export type FormField = { readonly name: string; readonly text: string } | PictureField;

/** A picture of the client's. What is none is refused as the client's mistake, with the name it has in `param` there. */
export interface PictureField {
  readonly name: string;
  readonly picture: SentFile;
  readonly param: string;
  /** Its transparency says where something shall be done; it is sent white there and black elsewhere. */
  readonly isMask?: boolean | undefined;
}

export interface Pause {
  readonly pauseMs: number;
}

/** An event for the client. */
export interface Tell {
  readonly event: CallEvent;
}

/** From now on the server works for us; absent = it has done its work, and there is nothing to call off. */
export interface Begun {
  readonly callOff: (() => JobPart<void>) | undefined;
}

/** What a job knows beside its call. */
export interface JobSetting {
  readonly isStream: boolean;
  /** Seconds since the epoch, for answers that carry a date. */
  readonly createdS: number;
  /** What the configuration says of this model's pictures. */
  readonly preset: PicturePreset;
  /** Where to tell what of the call is not done. */
  readonly warnings: Warnings;
}

export function tell(event: CallEvent): Tell {
  return { event };
}

export function pause(pauseMs: number): Pause {
  return { pauseMs };
}

export function begun(callOff: () => JobPart<void>): Begun {
  return { callOff };
}

export const done: Begun = { callOff: undefined };
