/** The reader of a router's log, over lines a router wrote. */
import { expect, it } from 'vitest';
import { readRouterRecords } from './router-records.ts';

const spawned = (model: string, port: number) =>
  `0.02.044.981 I srv          load: spawning server instance with name=${model} on port ${port}`;
const begun = (port: number) =>
  `[${port}] 0.01.790.333 I slot launch_slot_: id  0 | task 0 | processing task, is_child = 0`;
const ended = (port: number) =>
  `[${port}] 0.02.580.798 I slot      release: id  0 | task 0 | stop processing: n_tokens = 221, truncated = 0`;
const stopping = (model: string) => `0.05.867.409 I srv        unload: stopping model instance name=${model}`;
const gone = (model: string, status = 0) =>
  `0.05.881.995 I srv           run: instance name=${model} exited with status ${status}`;

const turn = (model: string, port: number) => [
  spawned(model, port),
  begun(port),
  ended(port),
  stopping(model),
  gone(model),
];

it('one model after the other, each with its answers', () => {
  const story = readRouterRecords([...turn('red', 59735), ...turn('blue', 8001), spawned('red', 59735)]);
  expect(story).toMatchObject({ mostAtOnce: 1, begun: ['red', 'blue'], disturbed: [] });
  expect(story.stays.map(({ model, answers, isGone }) => [model, answers, isGone])).toEqual([
    ['red', 1, true],
    ['blue', 1, true],
    ['red', 0, false],
  ]);
});

it.each([
  ['begun while another is loaded', [spawned('red', 1), spawned('blue', 2), begun(1)], 2],
  ['ended after its model was told to go', [spawned('red', 1), begun(1), stopping('red'), ended(1)], 1],
  ['of nobody that is known', [begun(1)], 0],
])('an answer %s is disturbed', (_, lines, mostAtOnce) => {
  const story = readRouterRecords(lines);
  expect(story.disturbed).toEqual([lines.at(-1)]);
  expect(story.mostAtOnce).toBe(mostAtOnce);
});

it('one that dies has a status of its own', () => {
  const { stays } = readRouterRecords([spawned('broken', 51305), gone('broken', 1)]);
  expect(stays).toMatchObject([{ model: 'broken', exitStatus: 1, isGone: true }]);
});
