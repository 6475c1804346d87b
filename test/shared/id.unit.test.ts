import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeId, encodeId, newId } from '../../subgraphs/shared/id.ts';

test('every UUID comes back from its id', () => {
  fc.assert(fc.property(fc.uuid(), (uuid) => decodeId('mbr', encodeId('mbr', uuid)) === uuid));
});

test('ids sort as their UUIDs do', () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.uuid(),
      (a, b) => Math.sign(Number(a > b) - Number(a < b)) === compare(encodeId('pur', a), encodeId('pur', b)),
    ),
  );
});

const compare = (a: string, b: string) => Number(a > b) - Number(a < b);

test('no text is an exception: it is an id or nothing', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const uuid = decodeId('mbr', text);
      return uuid === null || encodeId('mbr', uuid) === text;
    }),
  );
});

test.each([
  ['another prefix', 'ptn_01jd8k3v8pfxb9w2m5n7q4r6st'],
  ['too short', 'mbr_01jd8k3v8pfxb9w2m5n7q4r6s'],
  ['a letter outside the alphabet', 'mbr_01jd8k3v8pfxb9w2m5n7q4r6su'],
  ['capitals', 'mbr_01JD8K3V8PFXB9W2M5N7Q4R6ST'],
  ['more than 128 bits', 'mbr_80000000000000000000000000'],
  ['a bare UUID', '0193510f-2d16-7000-8000-000000000000'],
])('%s is not found', (_, id) => {
  expect(decodeId('mbr', id)).toBeNull();
});

test('an id is 26 letters behind its prefix', () => {
  expect(encodeId('mbr', '00000000-0000-0000-0000-000000000021')).toBe('mbr_00000000000000000000000011');
});

test('new ids grow with time', () => {
  const ids = Array.from({ length: 1000 }, newId);

  expect(ids.toSorted()).toEqual(ids);
});
