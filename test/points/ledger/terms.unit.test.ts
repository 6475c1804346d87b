import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expiresAt, idleUntil } from '../../../subgraphs/points/ledger/expiry.rules.ts';
import { activatesAt, cancelsAt, deficitTerms, termsOf } from '../../../subgraphs/points/ledger/terms.rules.ts';
import type { Currency } from '../../../subgraphs/points/programme/currency.rules.ts';
import { dayIn, firstInstant, instantOf, isYearly, stepDays, ZONES } from './calendar.ts';

const LONDON = 'Europe/London';
const AT = '2026-03-20T15:04:05.123456Z';

describe('points are pending', () => {
  test.each([
    ['not at all without a policy', undefined, null],
    ['not at all where a rule says none', null, null],
    ['so many days, to the microsecond', { days: 14 }, '2026-04-03T14:04:05.123456Z'],
    ['until a day begins', { until: '2026-12-24' }, '2026-12-24T00:00:00.000000Z'],
    ['until tomorrow', { until: '2026-03-21' }, '2026-03-21T00:00:00.000000Z'],
    ['not at all on the day itself', { until: '2026-03-20' }, null],
    ['not at all when the day has gone', { until: '2025-12-24' }, null],
    ['until the day comes this year', { until: '07-01' }, '2026-06-30T23:00:00.000000Z'],
    ['until the day comes next year', { until: '01-01' }, '2027-01-01T00:00:00.000000Z'],
    ['a whole year, when today is the day', { until: '03-20' }, '2027-03-20T00:00:00.000000Z'],
    ['not by the clock when they wait for a confirmation', { confirmation: { days: 30 } }, null],
  ])('%s', (_, pending, at) => {
    expect(activatesAt(AT, pending, LONDON)).toBe(at);
  });

  test('until the next such day begins, by stepping through the calendar', () => {
    const millis = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) });
    const names = fc.constantFrom('01-01', '02-28', '02-29', '03-29', '10-25', '12-31');
    fc.assert(
      fc.property(millis, names, fc.constantFrom(...ZONES), (at, until, zone) => {
        let day = stepDays(dayIn(at, zone), 1);
        while (!isYearly(day, until)) day = stepDays(day, 1);

        expect(activatesAt(instantOf(at), { until }, zone)).toBe(instantOf(firstInstant(day, zone)));
      }),
    );
  });
});

describe('what nobody confirms is cancelled', () => {
  test.each([
    ['after so many days, to the microsecond', { confirmation: { days: 30 } }, '2026-04-19T14:04:05.123456Z'],
    ['never when the clock activates it', { days: 14 }, null],
    ['never without a policy', undefined, null],
    ['never where a rule says none', null, null],
  ])('%s', (_, pending, at) => {
    expect(cancelsAt(AT, pending, LONDON)).toBe(at);
  });
});

describe('the terms of points', () => {
  const rolling = { rolling: { days: 10, roundTo: 'day' as const } };
  const inactivity = { inactivity: { days: 10, roundTo: 'day' as const, activities: ['EARN' as const] } };
  const none = { activatesAt: null, cancelsAt: null, expiresAt: null, idleUntil: null };
  const fourteen = '2026-04-03T14:04:05.123456Z';

  test('are none of a currency without policies', () => {
    expect(termsOf({}, 'EARN', AT, LONDON)).toEqual(none);
  });

  test('count from the earn when it is available at once', () => {
    expect(termsOf({ expiry: rolling }, 'EARN', AT, LONDON)).toEqual({
      ...none,
      expiresAt: '2026-03-30T23:00:00.000000Z',
    });
    expect(termsOf({ expiry: inactivity }, 'EARN', AT, LONDON)).toEqual({
      ...none,
      idleUntil: '2026-03-30T23:00:00.000000Z',
    });
  });

  test('count from the activation when it is pending', () => {
    const pending = { days: 14 };

    expect(termsOf({ expiry: rolling, pending }, 'EARN', AT, LONDON)).toEqual({
      ...none,
      activatesAt: fourteen,
      expiresAt: '2026-04-13T23:00:00.000000Z',
    });
    expect(termsOf({ expiry: inactivity, pending }, 'EARN', AT, LONDON)).toEqual({
      ...none,
      activatesAt: fourteen,
      idleUntil: '2026-04-13T23:00:00.000000Z',
    });
  });

  test('of what must be confirmed are its cancellation, and its expiry only when it is confirmed', () => {
    const currency: Pick<Currency, 'expiry' | 'pending'> = { expiry: rolling, pending: { confirmation: { days: 30 } } };

    expect(termsOf(currency, 'EARN', AT, LONDON)).toEqual({ ...none, cancelsAt: '2026-04-19T14:04:05.123456Z' });
    expect(termsOf(currency, 'EARN', fourteen, LONDON, { pending: null })).toEqual({
      ...none,
      expiresAt: '2026-04-13T23:00:00.000000Z',
    });
  });

  test('move no inactivity on with what is no activity', () => {
    expect(termsOf({ expiry: inactivity }, 'ADJUST', AT, LONDON)).toEqual(none);
  });

  test.each([
    [
      'another expiry',
      { expiry: { rolling: { days: 1, roundTo: 'day' as const } } },
      { activatesAt: fourteen, expiresAt: '2026-04-04T23:00:00.000000Z' },
    ],
    ['no expiry', { expiry: null }, { activatesAt: fourteen, expiresAt: null }],
    [
      'another wait',
      { pending: { days: 1 } },
      { activatesAt: '2026-03-21T15:04:05.123456Z', expiresAt: '2026-03-31T23:00:00.000000Z' },
    ],
    ['no wait', { pending: null }, { activatesAt: null, expiresAt: '2026-03-30T23:00:00.000000Z' }],
    ['nothing', {}, { activatesAt: fourteen, expiresAt: '2026-04-13T23:00:00.000000Z' }],
  ])('of a rule that says %s are the rule’s', (_, override, terms) => {
    expect(termsOf({ expiry: rolling, pending: { days: 14 } }, 'EARN', AT, LONDON, override)).toEqual({
      ...none,
      ...terms,
    });
  });

  test('keep the wallet’s inactivity, whatever a rule says of the lot', () => {
    expect(termsOf({ expiry: inactivity }, 'EARN', AT, LONDON, { expiry: rolling })).toEqual({
      ...none,
      expiresAt: '2026-03-30T23:00:00.000000Z',
      idleUntil: '2026-03-30T23:00:00.000000Z',
    });
    expect(termsOf({ expiry: inactivity }, 'EARN', AT, LONDON, { expiry: null }).idleUntil).not.toBeNull();
  });

  test('are what the policies say, from the instant at which the points become available', () => {
    const millis = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) }).map(instantOf);
    const pendings = fc.constantFrom<Currency['pending'][]>(undefined, { days: 3 }, { until: '07-01' });
    const expiries = fc.constantFrom<Currency['expiry'][]>(undefined, rolling, inactivity, {
      fixed: { on: ['06-30'] },
    });
    fc.assert(
      fc.property(millis, pendings, expiries, fc.constantFrom(...ZONES), (at, pending, expiry, zone) => {
        const terms = termsOf({ expiry, pending }, 'EARN', at, zone);

        const starts = activatesAt(at, pending, zone) ?? at;
        expect(terms.expiresAt).toBe(expiresAt(starts, expiry, zone));
        expect(terms.idleUntil).toBe(idleUntil('EARN', starts, expiry, zone));
        for (const ends of [terms.expiresAt, terms.idleUntil]) expect(ends === null || ends > starts).toBe(true);
      }),
    );
  });
});

describe('a deficit', () => {
  test.each([
    ['has no limit unless one is set', undefined, { deficitMax: null, clamp: false }],
    ['is refused beyond its limit', { limit: 500, beyond: 'refuse' as const }, { deficitMax: 500, clamp: false }],
    ['is lost beyond its limit', { limit: 0, beyond: 'clamp' as const }, { deficitMax: 0, clamp: true }],
  ])('%s', (_, deficit, terms) => {
    expect(deficitTerms(deficit)).toEqual(terms);
  });
});
