import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changesOf } from '../../../subgraphs/points/programme/change.rules.ts';

const level = (code: string, spend: string) => ({ code, from: { spend } });
const ladder = (...levels: object[]) => ({ points: { tiers: { window: 'lifetime', levels } } });

test('a place is named by the codes on the way to it', () => {
  const before = ladder({ code: 'member' }, level('gold', '100'));
  const after = ladder({ code: 'member' }, level('silver', '50'), level('gold', '120'));

  expect(changesOf(before, after)).toEqual([
    { path: 'points.tiers.levels.gold.from.spend', before: '100', after: '120' },
    { path: 'points.tiers.levels.silver', before: null, after: '{"code":"silver","from":{"spend":"50"}}' },
  ]);
});

test('what goes and what comes has one side only', () => {
  expect(changesOf({ a: 1, b: true }, { b: true, c: ['x'] })).toEqual([
    { path: 'a', before: '1', after: null },
    { path: 'c', before: null, after: '["x"]' },
  ]);
});

test('another order is a change of the list', () => {
  expect(changesOf(ladder(level('a', '1'), level('b', '2')), ladder(level('b', '2'), level('a', '1')))).toEqual([
    { path: 'points.tiers.levels', before: 'a, b', after: 'b, a' },
  ]);
});

test('a list without codes, or with one twice, is told whole', () => {
  expect(changesOf({ on: ['01-01'] }, { on: ['01-01', '07-01'] })).toEqual([
    { path: 'on', before: '["01-01"]', after: '["01-01","07-01"]' },
  ]);
  const twice = [{ code: 'a' }, { code: 'a' }];
  expect(changesOf({ list: [{ code: 'a' }] }, { list: twice })).toEqual([
    { path: 'list', before: '[{"code":"a"}]', after: '[{"code":"a"},{"code":"a"}]' },
  ]);
});

test('documents have no changes exactly when they say the same', () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  const fields = fc.dictionary(fc.constantFrom('a', 'b', 'code', 'list'), value);
  // The order of fields says nothing.
  const text = (given: unknown): string =>
    JSON.stringify(given, (_, one: unknown) =>
      typeof one === 'object' && one !== null && !Array.isArray(one)
        ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => a.localeCompare(b)))
        : one,
    );

  fc.assert(
    fc.property(fields, fields, (before, after) => {
      expect(changesOf(before, before)).toEqual([]);
      expect(changesOf(before, after).length === 0).toBe(text(before) === text(after));
    }),
    { numRuns: 300 },
  );
});
