/** What most answers must be. */
import { differs, endOf } from '../differences.ts';
import type { Told } from '../told.ts';
import type { Check } from './check.ts';

export function answered({ status, text }: Told, wanted: string): string[] {
  return [...differs('status', status, 200), ...differs('text', text, wanted)];
}

export function textIs(text: string, input: number, output: number): Check {
  return (told, { front, asked }) => [
    ...answered(told, text),
    ...differs('model', told.model, asked),
    ...differs('finish', told.finish, endOf(front.family, 'natural')),
    ...differs('tokens', [told.input, told.output], [input, output]),
  ];
}
