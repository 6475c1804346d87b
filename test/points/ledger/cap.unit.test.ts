import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { capPeriod } from '../../../subgraphs/points/ledger/cap.rules.ts';
import { dayIn, instantOf, periodOf, stepDays, ZONES } from './calendar.ts';

describe('the period of a cap', () => {
  test.each([
    ['day', '2026-06-30T23:30:00Z', '2026-07-01'],
    ['week', '2026-11-22T23:59:59Z', '2026-11-16'],
    ['week', '2026-11-23T00:00:00Z', '2026-11-23'],
    ['month', '2026-06-30T23:30:00Z', '2026-07-01'],
    ['year', '2026-12-31T23:59:59Z', '2026-01-01'],
  ] as const)('%s of %s began on %s in London', (per, at, first) => {
    expect(capPeriod(per, at, 'Europe/London')).toBe(first);
  });

  test('is of the calendar in the zone', () => {
    const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) });
    fc.assert(
      fc.property(
        instants,
        fc.constantFrom(...ZONES),
        fc.constantFrom('day', 'week', 'month', 'year'),
        (at, zone, per) => {
          let first = dayIn(at, zone);
          while (periodOf(stepDays(first, -1), per) === periodOf(dayIn(at, zone), per)) first = stepDays(first, -1);

          expect(capPeriod(per, instantOf(at), zone)).toBe(first);
        },
      ),
    );
  });
});
