import { expect, it } from 'vitest';
import { AnswerMemory } from './answer-memory.ts';

const piece = (text: string) => ({ type: 'message', text });

it('finds what it kept, for the app it was told to alone', () => {
  const memory = new AnswerMemory();
  memory.keep('one', 'msg_1', piece('Hi'));
  expect(memory.find('one', 'msg_1')).toEqual(piece('Hi'));
  expect(memory.find('two', 'msg_1')).toBeUndefined();
  expect(memory.find('one', 'msg_2')).toBeUndefined();
});

it('takes the newer of two of one name', () => {
  const memory = new AnswerMemory();
  memory.keep('one', 'msg_1', piece('old'));
  memory.keep('one', 'msg_1', piece('new'));
  expect(memory.find('one', 'msg_1')).toEqual(piece('new'));
});

it('forgets the oldest, by number and by size, and never takes in a giant', () => {
  const memory = new AnswerMemory();
  for (let at = 0; at <= 4_000; at++) memory.keep('one', `msg_${at}`, piece('x'));
  expect(memory.find('one', 'msg_0')).toBeUndefined();
  expect(memory.find('one', 'msg_1')).toBeDefined();
  for (let at = 0; at < 40; at++) memory.keep('one', `large_${at}`, piece('x'.repeat(1024 * 1024)));
  expect(memory.find('one', 'msg_4000')).toBeUndefined();
  expect(memory.find('one', 'large_39')).toBeDefined();
  memory.keep('one', 'giant', piece('x'.repeat(3 * 1024 * 1024)));
  expect(memory.find('one', 'giant')).toBeUndefined();
  expect(memory.find('one', 'large_39')).toBeDefined();
});
