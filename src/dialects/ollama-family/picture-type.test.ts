import { expect, it } from 'vitest';
import { pictureType } from './picture-type.ts';

it.each([
  ['iVBORw0KGgo=', 'image/png'],
  ['/9j/4AAQ', 'image/jpeg'],
  ['R0lGODlh', 'image/gif'],
  ['UklGRiQAAABXRUJQ', 'image/webp'],
  ['UklGRiQAAABXQVZF', undefined],
  ['aGVsbG8=', undefined],
])('the picture %s is %s', (base64, type) => {
  expect(pictureType(base64)).toBe(type);
});
