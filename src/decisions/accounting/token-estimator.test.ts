import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../storage/database.ts';
import { TokenEstimator } from './token-estimator.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const ask = (text: string) => ({ messages: [{ role: 'user', content: text }] });
const show = (base64: string) => ({
  messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: base64 } }] }],
});
const prose = 'a few words of plain English prose. '.repeat(20);

describe('an estimate of tokens', () => {
  it('takes four bytes for a token until a model has said otherwise', () => {
    const estimator = new TokenEstimator();
    expect(estimator.bytesPerToken('m')).toBe(4);
    expect(estimator.tokensOf('m', ask(prose))).toBeGreaterThan(prose.length / 5);
    expect(estimator.tokensOf('m', {})).toBe(1);
  });

  it('learns from what backends report, each model apart', () => {
    const estimator = new TokenEstimator();
    estimator.teach('dense', ask(prose), 400, 0);
    estimator.teach('airy', ask(prose), 100, 0);
    expect(estimator.tokensOf('dense', ask(prose))).toBe(400);
    expect(estimator.tokensOf('airy', ask(prose))).toBe(100);
    expect(estimator.bytesPerToken('other')).toBe(4);
  });

  it('follows a change of the traffic, because old lessons fade', () => {
    const estimator = new TokenEstimator();
    for (let round = 0; round < 3_000; round++) estimator.teach('m', ask(prose), 100, round);
    for (let round = 0; round < 3_000; round++) estimator.teach('m', ask(prose), 400, round);
    expect(estimator.tokensOf('m', ask(prose))).toBeGreaterThan(390);
  });

  it('is not misled by pictures, slips and lies', () => {
    const estimator = new TokenEstimator();
    estimator.teach('m', show(`data:image/png;base64,${'iVBORw0K'.repeat(1_000)}`), 5_000, 0);
    estimator.teach('m', ask(prose), 1, 0);
    estimator.teach('m', ask(prose), 1_000_000, 0);
    expect(estimator.bytesPerToken('m')).toBe(4);
  });

  it('counts a picture as a picture, not as its letters', () => {
    const picture = show('iVBORw0K'.repeat(100_000));
    expect(new TokenEstimator().tokensOf('m', picture)).toBeLessThan(1_100);
  });

  it('of the most that may be read is not talked down by airy questions, nor by texts without a blank', () => {
    const estimator = new TokenEstimator();
    for (let round = 0; round < 100; round++) estimator.teach('m', ask(' '.repeat(10_000)), 700, round);
    expect(estimator.bytesPerToken('m')).toBeGreaterThan(10);
    const dense = '山高水長'.repeat(10_000);
    expect(estimator.tokensAtMost('m', ask(dense))).toBeGreaterThan(40_000);
    expect(estimator.tokensAtMost('new', ask(dense))).toBeGreaterThan(40_000);
  });

  it('does not weigh every question of a busy model', () => {
    const estimator = new TokenEstimator();
    expect(estimator.wantsLesson('m', 5_000)).toBe(true);
    estimator.teach('m', ask(prose), 180, 5_000);
    expect(estimator.wantsLesson('m', 5_999)).toBe(false);
    expect(estimator.wantsLesson('m', 6_000)).toBe(true);
  });

  it('remembers over a restart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-lessons-'));
    folders.push(folder);
    const before = openDatabase(join(folder, 'sluice.db'));
    const learned = new TokenEstimator();
    learned.teach('m', ask(prose), 300, 0);
    learned.save(before);
    learned.save(before);
    before.close();
    const after = openDatabase(join(folder, 'sluice.db'));
    const estimator = new TokenEstimator();
    estimator.restore(after);
    after.close();
    expect(estimator.tokensOf('m', ask(prose))).toBe(300);
  });
});
