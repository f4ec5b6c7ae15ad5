/** Promises about the whole that no single piece of code keeps. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pageOf, root } from './pages.ts';

it('why one job at a time per GPU matters is explained, and the README leads there', () => {
  expect(pageOf('README.md').text).toContain('](docs/arbitration.md)');
  const [, reason = ''] = pageOf('docs/arbitration.md').text.split('\n\n');
  expect(reason).toMatch(/GPU that serves two requests at once[\s\S]*second model[\s\S]*fail or swap/);
});

it('the stack is TypeScript, Fastify, TypeBox and undici', () => {
  const { type, dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  expect(type).toBe('module');
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(['fastify', 'undici']));
  expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(['typebox', 'typescript', 'tsx']));
});
