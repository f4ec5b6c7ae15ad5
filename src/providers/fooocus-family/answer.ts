import type { Call } from '../../model/call.ts';
import { type Answer, mustSucceed } from '../driver.ts';
import { begun, done, type Job, type JobSetting, tell } from '../job.ts';
import { callOff, readJobId, watch } from './job-state.ts';
import { tellPictures } from './made-pictures.ts';
import { checkNames } from './names.ts';
import { askOf, writeQuestion } from './question.ts';
import { numberIn, type PictureCall } from './wishes.ts';

/** A picture from its question to its last byte. */
export function* answer(call: Call, setting: JobSetting): Job {
  if (call.kind !== 'images' && call.kind !== 'image-change') throw new TypeError('Fooocus makes pictures');
  const question = writeQuestion(call, setting);
  const glimpses = glimpsesOf(call, setting);
  const names = yield* checkNames(question.settings, call, setting.preset);
  const begins: Answer = yield askOf(question, names);
  const id = readJobId(mustSucceed(begins));
  yield begun(() => callOff(id));
  yield tell({ type: 'answer-start', model: call.model, createdS: setting.createdS });
  const results = yield* watch(id, glimpses);
  yield done;
  yield* tellPictures(results, call, question.shrinksTo, setting.warnings);
  yield tell({ type: 'choice-end', choice: 0, reason: 'stop' });
  yield tell({ type: 'answer-end' });
}

/** What OpenAI allows, and more than anybody looks at. */
const GLIMPSES_MAX = 3;

/** Half-done pictures are for streams that ask for them. */
function glimpsesOf({ extra = {} }: PictureCall, { isStream, warnings }: JobSetting): number {
  const wanted = numberIn(extra, 'partial_images', [0, GLIMPSES_MAX], warnings) ?? 0;
  if (wanted === 0 || isStream) return wanted;
  warnings.dropped('partial_images', 'only_in_streams');
  return 0;
}
