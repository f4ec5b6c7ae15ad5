/** What a scenario does to an answer's content before it is sent. When and how it is sent is in `deliver.ts`. */
import type { Frame } from './frames.ts';
import type { FailureWords } from './operation.ts';
import type { Scenario } from './scenario.ts';

const FAILURE = { status: 500, message: 'the fake upstream broke on request' };
const BROKEN_EVENT_AT = 2;

export function* misbehave(
  frames: Iterable<Frame>,
  scenario: Scenario,
  words: FailureWords,
): Generator<Frame> {
  const failureAt = scenario.has('error-in-200') ? 0 : scenario.number('error-mid');
  const fieldFailureAt = scenario.number('error-field');
  let index = 0;
  let opening: Frame | undefined;
  for (const frame of frames) {
    if (index === failureAt) return yield* failing(scenario, words, index, opening);
    if (index === fieldFailureAt) return yield { ...failureFrame(scenario, words, index), field: 'error' };
    opening ??= frame;
    if (index === BROKEN_EVENT_AT && scenario.has('truncated-json')) return yield halved(frame);
    if (index === BROKEN_EVENT_AT && scenario.has('garbage-json'))
      yield { ...frame, data: '{"choices": [nope, ]' };
    if (frame.mark === 'closing' && scenario.has('no-done')) continue;
    if (frame.mark === 'usage' && scenario.text('usage-lies') === 'twice') yield frame;
    yield frame;
    index++;
  }
}

export function misbehaveWhole(text: string, scenario: Scenario, words: FailureWords): string {
  if (scenario.has('error-in-200'))
    return JSON.stringify(words.envelope(FAILURE.status, failureMessage(scenario)));
  if (scenario.has('garbage-json')) return '{"choices": [nope, ]';
  if (scenario.has('truncated-json')) return text.slice(0, text.length / 2);
  return text;
}

export function failureMessage(scenario: Scenario): string {
  return scenario.text('message')?.replaceAll('+', ' ') ?? FAILURE.message;
}

function* failing(
  scenario: Scenario,
  words: FailureWords,
  at: number,
  opening: Frame | undefined,
): Generator<Frame> {
  const failed = failureFrame(scenario, words, at);
  yield failed;
  if (opening && words.farewell) yield words.farewell(opening, failed, at + 1);
}

function failureFrame(scenario: Scenario, words: FailureWords, at: number): Frame {
  return words.frame(scenario.number('status') ?? FAILURE.status, failureMessage(scenario), at);
}

function halved(frame: Frame): Frame {
  return { ...frame, data: frame.data.slice(0, frame.data.length / 2) };
}
