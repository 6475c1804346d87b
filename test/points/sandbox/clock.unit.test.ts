// How far a sandbox's clock is to move.
import { expect, test } from '@jest/globals';
import { targetOf } from '../../../subgraphs/points/sandbox/clock.rules.ts';
import { Refused } from '../../../subgraphs/shared/refusal.ts';

const NOW = '2026-01-31T10:00:00.123456Z';

test.each([
  ['P30D', '2026-03-02T10:00:00.123456Z'],
  ['P1M', '2026-02-28T10:00:00.123456Z'],
  ['P1Y2M3W4DT5H6M7.008S', '2027-04-25T15:06:07.131456Z'],
  ['PT0.001S', '2026-01-31T10:00:00.124456Z'],
])('a span of %s ends where the calendar says', (by, to) => {
  expect(targetOf(NOW, { by })).toBe(to);
});

test('an instant is where it goes', () => {
  expect(targetOf(NOW, { to: '2026-01-31T10:00:00.123457Z' })).toBe('2026-01-31T10:00:00.123457Z');
});

test.each<[string, object, string[]]>([
  ['nothing', {}, []],
  ['both', { by: 'P1D', to: '2027-01-01T00:00:00.000000Z' }, []],
  ['no span', { by: '30 days' }, ['by']],
  ['a span back', { by: 'P-1D' }, ['by']],
  ['a span of nothing', { by: 'PT0S' }, ['by']],
  ['the present', { to: NOW }, ['to']],
  ['the past', { to: '2025-01-01T00:00:00.000000Z' }, ['to']],
  ['too far', { by: 'P974Y' }, ['by']],
  ['beyond all years', { by: 'P9000Y' }, ['by']],
])('%s is refused', (_, move, field) => {
  const refused = () => targetOf(NOW, move);

  expect(refused).toThrow(Refused);
  expect(refused).toThrow(expect.objectContaining({ code: 'CLOCK_INVALID', field }));
});
