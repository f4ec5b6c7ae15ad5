/** What Azure's content filters add to the answers of OpenAI's models (protocols 6, T7). */
import { type Frame, frame } from '../frames.ts';
import { type Json, type JsonObject, listIn, objectIn, parseObject } from '../json.ts';

/** With `isFiltered` it was the violence. */
export function verdicts({ isFiltered }: { readonly isFiltered: boolean }): JsonObject {
  const safe = { filtered: false, severity: 'safe' };
  const violence = isFiltered ? { filtered: true, severity: 'medium' } : safe;
  return { hate: safe, self_harm: safe, sexual: safe, violence };
}

const promptFilters = [{ prompt_index: 0, content_filter_results: verdicts({ isFiltered: false }) }];

export function filteredWhole(answer: Json): Json {
  const body = objectIn(answer);
  return {
    ...body,
    choices: listIn(body.choices).map(withVerdicts),
    prompt_filter_results: promptFilters,
  };
}

/** `isAsync`: the filters run behind the answer, and tell how far they got in chunks of their own, without a delta. */
export function* filteredFrames(frames: Iterable<Frame>, isAsync: boolean): Generator<Frame> {
  yield frame({
    choices: [],
    created: 0,
    id: '',
    model: '',
    object: '',
    prompt_filter_results: promptFilters,
  });
  for (const each of frames) {
    if (isAsync && each.mark !== undefined) yield offsetsFrame();
    yield each.mark === undefined ? filteredFrame(each) : each;
  }
}

function filteredFrame(each: Frame): Frame {
  const chunk = parseObject(each.data);
  return { ...each, data: JSON.stringify({ ...chunk, choices: listIn(chunk.choices).map(withVerdicts) }) };
}

function offsetsFrame(): Frame {
  const offsets = { check_offset: 0, start_offset: 0, end_offset: 20 };
  const choice = {
    index: 0,
    finish_reason: null,
    content_filter_results: verdicts({ isFiltered: false }),
    content_filter_offsets: offsets,
  };
  return frame({ choices: [choice], created: 0, id: '', model: '', object: '' });
}

/** Where nothing was said there is nothing to judge. */
function withVerdicts(choice: Json): JsonObject {
  const { delta, finish_reason, ...others } = objectIn(choice);
  const isFiltered = finish_reason === 'content_filter';
  const isSilent = delta !== undefined && !objectIn(delta).content && !isFiltered;
  return {
    ...others,
    ...(delta === undefined ? {} : { delta }),
    finish_reason: finish_reason ?? null,
    content_filter_results: isSilent ? {} : verdicts({ isFiltered }),
  };
}
