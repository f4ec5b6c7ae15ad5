import { describe, expect, it } from 'vitest';
import { HandMovedClock } from '../model/clock.ts';
import { HostedPictures } from './hosted-pictures.ts';

const picture = Buffer.from('a picture').toString('base64');

function partsOf(link: string | undefined) {
  const url = new URL(link ?? '', 'http://here');
  const [expires, signature] = [
    url.searchParams.get('expires') ?? '',
    url.searchParams.get('signature') ?? '',
  ];
  return { name: url.pathname.split('/').at(-1) ?? '', expires, signature };
}

function house() {
  const clock = new HandMovedClock();
  const pictures = new HostedPictures(clock);
  const keep = () => partsOf(pictures.keep(picture, 'image/jpeg'));
  const find = ({ name, expires, signature }: ReturnType<typeof keep>) =>
    pictures.find(name, expires, signature)?.bytes.toString();
  return { clock, pictures, keep, find };
}

describe('a hosted picture', () => {
  it('is found by its link, which says what it is', () => {
    const { keep, find } = house();
    const link = keep();
    expect(link.name).toMatch(/^[0-9a-f]{32}\.jpeg$/);
    expect(find(link)).toBe('a picture');
  });

  it('is found by the whole link, and by no other address', () => {
    const { pictures } = house();
    const link = `https://gateway.example${pictures.keep(picture, 'image/png')}`;
    expect(pictures.ofLink(link)?.bytes.toString()).toBe('a picture');
    expect(pictures.ofLink(link.replace('/v1/images/files/', '/v1/images/'))).toBeUndefined();
    expect(pictures.ofLink('data:image/png;base64,AAAA')).toBeUndefined();
    expect(pictures.ofLink('nonsense')).toBeUndefined();
  });

  it('has a link of its own, whatever is in it', () => {
    const { keep } = house();
    expect(keep().name).not.toBe(keep().name);
  });

  it('is found by no link that was changed, nor by that of another house', () => {
    const { keep, find } = house();
    const link = keep();
    expect(find({ ...link, expires: String(Number(link.expires) + 60) })).toBeUndefined();
    expect(find({ ...link, signature: keep().signature })).toBeUndefined();
    expect(find({ ...link, signature: '' })).toBeUndefined();
    expect(house().find(link)).toBeUndefined();
  });

  it('is gone after its hour, and its memory given back', () => {
    const { clock, pictures, keep, find } = house();
    const link = keep();
    clock.advance(60 * 60 * 1000 - 1);
    pictures.sweep();
    expect([find(link), pictures.count]).toEqual(['a picture', 1]);
    clock.advance(1);
    expect(find(link)).toBeUndefined();
    pictures.sweep();
    expect(pictures.count).toBe(0);
  });

  it('makes room for others, the oldest first', () => {
    const { pictures, keep, find } = house();
    const links = Array.from({ length: 1_001 }, keep);
    expect(pictures.count).toBe(1_000);
    expect(find(links[0] as (typeof links)[0])).toBeUndefined();
    expect(find(links[1] as (typeof links)[0])).toBe('a picture');
  });

  it('that is too large for all the room there is has no link', () => {
    const { pictures } = house();
    expect(pictures.keep('AAAA'.repeat(46 * 1024 * 1024), 'image/png')).toBeUndefined();
    expect(pictures.count).toBe(0);
  });
});
