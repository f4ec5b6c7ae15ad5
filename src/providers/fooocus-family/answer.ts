import type { Call, ImagesCall } from '../../model/call.ts';
import { insist, post } from '../driver.ts';
import { begun, done, type Job, type JobSetting, tell } from '../job.ts';
import { callOff, readJobId, watch } from './job-state.ts';
import { tellPictures } from './made-pictures.ts';
import { checkNames } from './names.ts';
import { writeRequest } from './settings.ts';

export function* answer(call: Call, setting: JobSetting): Job {
  if (call.kind !== 'images') throw new TypeError('Fooocus makes pictures');
  const question = writeRequest(call, setting);
  const request = { ...question, ...(yield* checkNames(question, call, setting.preset)) };
  const id = readJobId(yield* insist(post('/v1/generation/text-to-image', request)));
  yield begun(() => callOff(id));
  yield tell({ type: 'answer-start', model: call.model, createdS: setting.createdS });
  const results = yield* watch(id, glimpsesOf(call, setting));
  yield done;
  yield* tellPictures(results, call, setting.warnings);
  yield tell({ type: 'choice-end', choice: 0, reason: 'stop' });
  yield tell({ type: 'answer-end' });
}

/** Half-done pictures are for streams that ask for them. */
function glimpsesOf({ extra = {} }: ImagesCall, { isStream, warnings }: JobSetting): number {
  const wanted = extra['partial_images'];
  if (wanted === undefined || wanted === 0) return 0;
  if (isStream && typeof wanted === 'number') return wanted;
  warnings.dropped('partial_images', 'only_in_streams');
  return 0;
}
