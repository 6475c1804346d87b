// The steps of a member: what time brings is dated by the midnight at which it fell due, however often and late one looks.
import { describe, expect, test } from '@jest/globals';
import type { Programme } from '../../../subgraphs/points/programme/programme.rules.ts';
import { heldRanks } from '../../../subgraphs/points/tier/claim.rules.ts';
import { tierView } from '../../../subgraphs/points/tier/progress.rules.ts';
import { dueAt, heldSince, recordedAt, stepTo, stepWithTime } from '../../../subgraphs/points/tier/tier.rules.ts';
import type { Climber } from '../../../subgraphs/points/tier/tier.rules.ts';
import { factsOf, schemeOf } from './fixture.ts';

const programmeOf = (over: object, timeZone = 'Europe/Warsaw') =>
  ({ tiers: schemeOf(over), timeZone }) as unknown as Programme;
const climberOf = (spent: Record<string, number>, { tiers }: Programme): Climber => ({
  memberId: 'm',
  steps: [],
  evaluatedAt: '2026-03-01T12:00:00.000000Z',
  facts: factsOf(spent),
  ranks: heldRanks(tiers, factsOf(spent)),
});
const told = (steps: { from: string; to: string; at: string }[]) =>
  steps.map(({ from, to, at }) => `${at.slice(0, 16)} ${from} → ${to}`);

describe('time', () => {
  const programme = programmeOf({ keep: 'next-period', downgrade: 'one' });
  const spent = { '2026-03-01': 600, '2027-05-01': 120 };
  const reached = (climber: Climber) => stepTo(programme, climber, 2, '2026-03-01T11:00:00.000000Z', 'purchase');

  test('seen each month or years late, gives the same steps', () => {
    const [often, late] = [climberOf(spent, programme), climberOf(spent, programme)];
    for (const climber of [often, late]) reached(climber);

    for (let year = 2026; year <= 2031; year += 1) {
      for (let month = 1; month <= 12; month += 1) {
        const now = `${year}-${String(month).padStart(2, '0')}-02T03:00:00.000000Z`;
        if (now > late.evaluatedAt!) stepWithTime(programme, often, now);
      }
    }
    stepWithTime(programme, late, '2031-12-02T03:00:00.000000Z');

    expect(told(late.steps)).toEqual([
      '2026-03-01T11:00 member → silver',
      '2026-03-01T11:00 silver → gold',
      '2027-12-31T23:00 gold → silver',
      '2028-12-31T23:00 silver → member',
    ]);
    expect(told(often.steps)).toEqual(told(late.steps));
    expect(stepWithTime(programme, late, '2031-12-02T03:00:00.000000Z')).toEqual([]);
  });

  test.each([
    ['2026-03-29', '2026-03-28T23:00:00.000000Z'],
    ['2026-03-30', '2026-03-29T22:00:00.000000Z'],
    ['2026-10-25', '2026-10-24T22:00:00.000000Z'],
    ['2026-10-26', '2026-10-25T23:00:00.000000Z'],
  ])('moves at the midnight of %s, whatever the clocks do that night', (day, at) => {
    const ten = programmeOf({ keep: { days: 10 } });
    const bought = new Date(Date.parse(day) - 10 * 86_400_000).toISOString().slice(0, 10);
    const climber = { ...climberOf({ [bought]: 100 }, ten), evaluatedAt: `${bought}T12:00:00.000000Z` };
    stepTo(ten, climber, 1, `${bought}T11:00:00.000000Z`, 'purchase');

    expect(dueAt(ten, climber, bought)).toBe(at);
    expect(stepWithTime(ten, climber, `${day}T12:00:00.000000Z`).map((step) => step.at)).toEqual([at]);
    expect(dueAt(ten, climber, day)).toBeNull();
  });

  test('of another scheme, or a late fact of long ago, is now', () => {
    const climber = climberOf({ '2025-03-01': 600 }, programme);

    const steps = stepWithTime(programme, climber, '2026-06-01T12:00:00.000000Z');

    expect(told(steps)).toEqual(['2026-06-01T12:00 member → silver', '2026-06-01T12:00 silver → gold']);
  });
});

describe('steps', () => {
  const programme = programmeOf({});
  const { levels } = programme.tiers;

  test('go level by level, never back in time', () => {
    const climber = climberOf({}, programme);
    stepTo(programme, climber, 2, '2026-03-05T00:00:00.000000Z', 'a');

    const late = stepTo(programme, climber, 0, '2026-03-04T00:00:00.000000Z', 'b');

    expect(told(late)).toEqual(['2026-03-05T00:00 gold → silver', '2026-03-05T00:00 silver → member']);
    expect(stepTo(programme, climber, 0, '2026-03-06T00:00:00.000000Z', 'c')).toEqual([]);
  });

  test('tell the tier of an instant, and since when it has been held', () => {
    const climber = climberOf({}, programme);
    stepTo(programme, climber, 2, '2026-03-05T00:00:00.000000Z', 'a');
    stepTo(programme, climber, 1, '2026-04-05T00:00:00.000000Z', 'b');

    const at = (instant: string) => recordedAt(levels, climber.steps, instant);
    expect(['2026-03-04T23:59', '2026-03-05T00:00:00.000000Z', '2026-05-01'].map(at)).toEqual([0, 2, 1]);
    expect(heldSince(levels, climber.steps, 1)).toBe('2026-03-05T00:00:00.000000Z');
    expect(heldSince(levels, climber.steps, 0)).toBeNull();
  });

  test('of levels that a scheme has dropped lead to the first', () => {
    const climber = climberOf({}, programme);
    const at = '2026-03-05T00:00:00.000000Z';
    climber.steps.push({ id: 'old', from: 'member', to: 'platinum', at, origin: null });

    expect(recordedAt(levels, climber.steps, '2026-05-01')).toBe(0);
    expect(told(stepTo(programme, climber, 1, '2026-05-01T00:00:00.000000Z', null))).toEqual([
      '2026-05-01T00:00 member → silver',
    ]);
  });
});

test('what is shown: how far it is, what keeps the level, when it is at risk', () => {
  const programme = programmeOf({ keep: 'next-period' });
  const climber = climberOf({ '2025-05-01': 120, '2026-02-01': 40.5 }, programme);
  stepTo(programme, climber, 1, '2025-05-01T10:00:00.000000Z', 'a');

  const view = tierView(programme, climber, '2026-03-01');

  expect(view).toMatchObject({
    code: 'silver',
    startedAt: '2025-05-01T10:00:00.000000Z',
    endsAt: '2026-12-31T23:00:00.000000Z',
    progress: [
      { metric: 'SPEND', current: '40.5', required: '500', nextTier: { code: 'gold' }, atRiskOn: null },
      { metric: 'SPEND', current: '40.5', required: '100', nextTier: null, atRiskOn: '2027-01-01' },
    ],
  });
});
