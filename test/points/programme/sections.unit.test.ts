// What the points room's sections of the programme's file may say.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { programmeFile, sections } from '../../../subgraphs/points/programme/programme.rules.ts';
import { readDocument } from '../../../subgraphs/shared/document.ts';

const points = { code: 'points', name: 'Points', decimals: 0, spendable: true };
const miles = { code: 'miles', name: 'Miles', decimals: 2, spendable: true };
const rule = { code: 'one-each', currency: 'points', give: { perAmount: { points: 1, each: '1' } } };

/** A programme with two currencies; the first has the policies, the section of points whatever else is given. */
const document = (policies: object = {}, others: object = {}) => ({
  programme: { timeZone: 'Europe/London', baseCurrency: 'GBP' },
  points: {
    currencies: [{ ...points, ...policies }, miles],
    earning: [{ code: 'earning', combine: 'sum', rounding: 'floor', rules: [rule] }],
    tiers: { window: 'lifetime', levels: [{ code: 'member', name: 'Member' }] },
    ...others,
  },
});

const problems = (given: unknown): string[] =>
  sections.safeParse(given).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

const currencyOf = (policies: object) => sections.parse(document(policies)).points.currencies[0];

describe('a currency', () => {
  test('has no policies unless they are given, so that what is stored stays what it was', () => {
    expect(sections.parse(document()).points.currencies).toEqual(document().points.currencies);
  });

  test.each([
    ['expiry that rolls', { expiry: { rolling: { months: 24, roundTo: 'month' } } }],
    ['expiry on fixed dates', { expiry: { fixed: { on: ['03-31', '02-29'], minimum: { days: 30 } } } }],
    ['expiry on fixed dates, however near', { expiry: { fixed: { on: ['12-31'] } } }],
    [
      'expiry of idle wallets',
      { expiry: { inactivity: { months: 12, roundTo: 'day', activities: ['SPEND', 'TRANSFER'] } } },
    ],
    ['grace', { grace: { days: 30 } }],
    ['points that wait some days', { pending: { days: 14 } }],
    ['points that wait for a day', { pending: { until: '2026-12-24' } }],
    ['points that wait for a day of each year', { pending: { until: '12-24' } }],
    ['points that wait for a confirmation', { pending: { confirmation: { days: 30 } } }],
    ['a deficit down to a limit', { deficit: { limit: 500, beyond: 'clamp' } }],
    [
      'caps',
      {
        caps: [
          { code: 'daily', per: 'day', max: 500 },
          { code: 'each', per: 'purchase', max: 100 },
        ],
      },
    ],
  ])('has %s', (_, policies) => {
    expect(currencyOf(policies)).toEqual({ ...points, ...policies });
  });

  test.each([
    [
      'rolling expiry to the day',
      { expiry: { rolling: { days: 1 } } },
      { expiry: { rolling: { days: 1, roundTo: 'day' } } },
    ],
    [
      'inactivity to the day, from earning and spending',
      { expiry: { inactivity: { days: 90 } } },
      { expiry: { inactivity: { days: 90, roundTo: 'day', activities: ['EARN', 'SPEND'] } } },
    ],
    [
      'a limit beyond which returns are refused',
      { deficit: { limit: 9 } },
      { deficit: { limit: 9, beyond: 'refuse' } },
    ],
    ['no deficit at all', { deficit: 'refuse' }, { deficit: { limit: 0, beyond: 'refuse' } }],
    ['losses instead of a deficit', { deficit: 'clamp' }, { deficit: { limit: 0, beyond: 'clamp' } }],
  ])('means %s by its short form', (_, given, meant) => {
    expect(currencyOf(given)).toEqual({ ...points, ...meant });
  });

  test.each([
    [{ expiry: {} }, ['expiry: exactly one of rolling, fixed, inactivity']],
    [
      { expiry: { rolling: { days: 1 }, fixed: { on: ['12-31'] } } },
      ['expiry: exactly one of rolling, fixed, inactivity'],
    ],
    [{ expiry: { rolling: { days: 1, months: 1 } } }, ['expiry.rolling: either days or months']],
    [{ expiry: { inactivity: {} } }, ['expiry.inactivity: either days or months']],
    [
      { expiry: { fixed: { on: ['02-30', '1-1', '12-31'] } } },
      ['expiry.fixed.on.0: a day of the year, MM-DD', 'expiry.fixed.on.1: a day of the year, MM-DD'],
    ],
    [{ expiry: { fixed: { on: ['12-31'], minimum: {} } } }, ['expiry.fixed.minimum: either days or months']],
    [
      { expiry: { inactivity: { days: 1, activities: ['REVERSE'] } } },
      ['expiry.inactivity.activities.0: Invalid option: expected one of "EARN"|"SPEND"|"TRANSFER"|"CONVERT"|"ADJUST"'],
    ],
    [{ grace: { days: 0 } }, ['grace.days: Too small: expected number to be >=1']],
    [{ pending: { days: 1, until: '12-24' } }, ['pending: exactly one of days, until, confirmation']],
    [{ pending: { until: '24-12' } }, ['pending.until: a day, YYYY-MM-DD, or one of each year, MM-DD']],
    [{ pending: 'none' }, ['pending: Invalid input: expected object, received string']],
    [{ deficit: { limit: -1 } }, ['deficit.limit: Too small: expected number to be >=0']],
    [{ deficit: { beyond: 'clamp' } }, ['deficit.limit: Invalid input: expected number, received undefined']],
    [{ deficit: 'allow' }, ['deficit: Invalid input: expected object, received string']],
    [
      { caps: [{ code: 'a', per: 'hour', max: 1 }] },
      ['caps.0.per: Invalid option: expected one of "purchase"|"day"|"week"|"month"|"year"'],
    ],
    [
      {
        caps: [
          { code: 'a', per: 'day', max: 1 },
          { code: 'a', per: 'week', max: 1 },
        ],
      },
      ['caps.1: is there twice'],
    ],
    [
      { code: 'miles' },
      ['points.currencies.1: is there twice', 'points.earning.0.rules.0.currency: is none of the currencies'],
    ],
  ])('is refused with the place of what is wrong: %j', (policies, wrong) => {
    expect(problems(document(policies)).map((text) => text.replace('points.currencies.0.', ''))).toEqual(wrong);
  });
});

describe('a rule', () => {
  const earning = (own: object) => ({
    earning: [{ code: 'earning', combine: 'sum', rounding: 'floor', rules: [{ ...rule, ...own }] }],
  });
  const ruleOf = (own: object) => sections.parse(document({}, earning(own))).points.earning[0]!.rules[0];

  test('says other terms than its currency, or none', () => {
    const own = { expiry: { rolling: { days: 90, roundTo: 'day' } }, pending: { days: 3 } };

    expect(ruleOf(own)).toMatchObject(own);
    expect(ruleOf({ expiry: 'none', pending: 'none' })).toMatchObject({ expiry: null, pending: null });
  });

  test('cannot expire a whole wallet', () => {
    expect(problems(document({}, earning({ expiry: { inactivity: { days: 1 } } })))).toEqual([
      'points.earning.0.rules.0.expiry: Unrecognized key: "inactivity"',
      'points.earning.0.rules.0.expiry: exactly one of rolling, fixed',
    ]);
  });
});

describe('transfers and conversions', () => {
  const rates = [{ from: '2026-01-01', rate: '0.5' }];
  const conversion = { from: 'points', to: 'miles', rates, rounding: 'floor' };

  test('are declared with fee, limit and dated rates', () => {
    const others = {
      transfer: { currencies: ['points'], perDay: 1_000, fee: { points: 5, percent: '2.5', rounding: 'half-even' } },
      conversions: [
        { ...conversion, rates: [...rates, { from: '2026-02-01', rate: '0.4' }] },
        { ...conversion, from: 'miles', to: 'points' },
      ],
    };

    expect(sections.parse(document({}, others)).points).toMatchObject(others);
  });

  test('cost nothing unless they say what', () => {
    const { transfer } = sections.parse(
      document({}, { transfer: { currencies: ['points'], perDay: 9, fee: {} } }),
    ).points;

    expect(transfer?.fee).toEqual({ points: 0, percent: '0', rounding: 'half-up' });
  });

  test.each([
    [{ transfer: { currencies: ['stars'], perDay: 9 } }, ['transfer.currencies.0: is none of the currencies']],
    [
      { transfer: { currencies: ['points'], perDay: 9, fee: { percent: '100.1' } } },
      ['transfer.fee.percent: at most 100'],
    ],
    [{ conversions: [{ ...conversion, to: 'stars' }] }, ['conversions.0.to: is none of the currencies']],
    [{ conversions: [{ ...conversion, from: 'stars' }] }, ['conversions.0.from: is none of the currencies']],
    [{ conversions: [{ ...conversion, to: 'points' }] }, ['conversions.0.to: is the same currency']],
    [{ conversions: [conversion, conversion] }, ['conversions.1: is there twice']],
    [
      { conversions: [{ ...conversion, rates: [...rates, ...rates] }] },
      ['conversions.0.rates.1.from: must be later than the one before'],
    ],
    [
      { conversions: [{ ...conversion, rates: [{ from: '2026-01-01', rate: '0.0' }] }] },
      ['conversions.0.rates.0.rate: above 0'],
    ],
  ])('are refused with the place of what is wrong: %j', (others, wrong) => {
    expect(problems(document({}, others)).map((text) => text.replace(/^points\./, ''))).toEqual(wrong);
  });
});

describe('the document', () => {
  const text = readFileSync('test/points/policies.yaml', 'utf8');

  test('has days without quotes', () => {
    const { data } = readDocument(
      text.replace('{ rolling: { months: 12 } }', '{ fixed: { on: [03-31, 09-30] } }'),
      sections,
    );

    expect(data.points.currencies[0]!.expiry).toEqual({ fixed: { on: ['03-31', '09-30'] } });
  });

  test('is refused with line and column of what is wrong', () => {
    const wrong = text.replace('{ rolling: { months: 12 } }', '{ fixed: { on: [03-31, 13-30] } }');
    const line = text.split('\n').findIndex((one) => one.includes('rolling: { months: 12 }')) + 1;

    expect(() => readDocument(wrong, sections)).toThrow(
      `line ${line}, column 38: points.currencies.0.expiry.fixed.on.1: a day of the year, MM-DD`,
    );
  });

  test('has sections that it knows, and no others', () => {
    expect(() => readDocument(`${text}point: {}\n`, programmeFile)).toThrow('Unrecognized key: "point"');
  });
});
