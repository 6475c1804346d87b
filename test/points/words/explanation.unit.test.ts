// Explanations in words.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stepIn, summaryIn, type Said } from '../../../subgraphs/points/words/explanation.rules.ts';
import { LANGUAGES } from '../../../subgraphs/points/words/name.rules.ts';
import { voiceOf } from '../../../subgraphs/points/words/voice.rules.ts';
import { plain, programmeOf, SECTIONS } from './fixture.ts';

const programme = programmeOf(SECTIONS[0]!);
const voice = (language: string) => voiceOf(programme, language);

const given = (amount: number, step: Partial<Said> = {}): Said => ({
  rule: 'plain',
  kind: 'perAmount',
  applied: true,
  required: '1 GBP',
  actual: '139.12 GBP',
  amount,
  currency: 'points',
  ...step,
});

const refused = (reason: Said['reason'] & string, step: Partial<Said> = {}): Said => ({
  rule: 'tea',
  kind: 'perItem',
  applied: false,
  reason,
  ...step,
});

describe('a summary', () => {
  const steps = [
    given(139),
    given(70, { kind: 'tier', rule: 'gold-multiplier', required: '1.5', actual: '139' }),
    given(-109, { kind: 'cap', rule: 'per-day', required: '500', actual: '400' }),
  ];

  test.each([
    [
      'en',
      '100 points: 139 for £139.12 (One point per pound); 70 as ×1.5 of 139 (tier Gold in English); -109 by the limit of 500 a day, 400 given before',
    ],
    [
      'pl',
      '100 punktów: 139 za 139,12 GBP (One point per pound); 70 jako ×1,5 od 139 (poziom Gold po polsku); -109 przez limit: 500 dziennie, wcześniej 400',
    ],
    [
      'lv',
      '100 punktu: 139 par 139,12 £ (One point per pound); 70 kā ×1,5 no 139 (līmenis Gold latviski); -109 ierobežojuma dēļ: 500 dienā, iepriekš 400',
    ],
  ])('says each step that applied, in %s', (language, words) => {
    expect(plain(summaryIn(voice(language), steps))).toBe(words);
  });

  test('of a return says what was given before', () => {
    const back = [given(100, { actual: '100.00 GBP' }), given(-139, { kind: 'given-before', rule: 'given-before' })];

    expect(summaryIn(voice('en'), back)).toBe(
      '-39 points: 100 for £100.00 (One point per pound); -139 that were given before',
    );
  });

  test('of before steps had kinds reads like one of today', () => {
    const old = [
      { rule: 'plain', applied: true, required: '1 GBP', actual: '139.12 GBP', amount: 139, currency: 'points' },
      { rule: 'per-day', applied: true, required: '500', actual: '400', amount: -39, currency: 'points' },
      { rule: 'given-before', applied: true, amount: -50, currency: 'points' },
    ];

    expect(summaryIn(voice('en'), old)).toBe(
      '50 points: 139 for £139.12 (One point per pound); -39 by the limit of 500 a day, 400 given before; -50 that were given before',
    );
  });

  test('calls what the version does not know by its code', () => {
    expect(summaryIn(voice('en'), [given(1, { rule: 'lost', currency: 'gone' })])).toBe(
      '1 point “gone”: 1 for £139.12 (lost)',
    );
  });

  test('has the currency’s decimals and its name, one after the other', () => {
    const miles = given(1_250, { kind: 'perItem', rule: 'tea', required: '1', actual: '2.5', currency: 'miles' });
    const off: Said = { rule: 'less', kind: 'discountAmount', applied: true, actual: '5.00 GBP' };

    expect(summaryIn(voice('en'), [given(1), miles, off])).toBe(
      '1 point: 1 for £139.12 (One point per pound). 12.50 points “Miles in English”: 12.50 for a quantity of 2.5 (Tea in English). £5.00 off (less)',
    );
  });

  test.each([
    [
      'blocked',
      'no points: the member’s earning is blocked',
      'brak punktów: zbieranie punktów jest zablokowane',
      'punktu nav: punktu krāšana ir bloķēta',
    ],
    [
      'late',
      'no points: the purchase was recorded late and waits for a review',
      'brak punktów: zakup zgłoszono z opóźnieniem i czeka na sprawdzenie',
      'punktu nav: pirkums reģistrēts vēlu un gaida pārbaudi',
    ],
  ] as const)('of a purchase that gives nothing says why: %s', (reason, ...said) => {
    const looked: Said[] = [refused('visited'), { rule: 'purchase', applied: false, reason }];
    const off: Said = { rule: 'less', kind: 'discountAmount', applied: true, actual: '5.00 GBP' };

    expect(LANGUAGES.map((language) => summaryIn(voice(language), looked))).toEqual(said);
    expect(summaryIn(voice('en'), [...looked, off])).toBe(`${said[0]}. £5.00 off (less)`);
  });

  test('of an event that gives nothing says why, and not what the member did elsewhere', () => {
    const most: Said = { rule: 'survey', applied: false, reason: 'most', required: '2/week', actual: '2' };

    expect(summaryIn(voice('en'), [most])).toBe('Survey: the number of events that give points is reached');
  });

  test('says only what applied, and that nothing did', () => {
    expect(summaryIn(voice('en'), [given(1), refused('visited')])).toBe('1 point: 1 for £139.12 (One point per pound)');
    expect(LANGUAGES.map((language) => summaryIn(voice(language), []))).toEqual([
      'no rule applied',
      'żadna reguła nie miała zastosowania',
      'neviens noteikums nebija piemērojams',
    ]);
  });
});

describe('a step', () => {
  test.each<[string, Said]>([
    ['5 for a visit (visit)', given(5, { kind: 'perVisit', rule: 'visit' })],
    ['50 for “fifty”', given(50, { kind: 'fixed', rule: 'fifty' })],
    ['75 for 12.5 of “run”', given(75, { kind: 'perAttribute', rule: 'run', required: '0.5', actual: '12.5' })],
    ['20 as ×2 of 20 (double)', given(20, { kind: 'multiply', rule: 'double', required: '2', actual: '20' })],
    ['999 by surprise (luck)', given(999, { kind: 'surprise', rule: 'luck' })],
    [
      '-9 by the budget of 60,000, 59,999 given before (campaign Winter)',
      given(-9, { kind: 'budget', rule: 'winter', required: '60000', actual: '59999' }),
    ],
    [
      '-9 by the budget of £600.00, £599.99 given before (campaign Winter)',
      given(-9, { kind: 'budget', rule: 'winter', required: '600.00 GBP', actual: '599.99 GBP' }),
    ],
    [
      '-9 by a rule’s limit of 40 per purchase (Tea in English)',
      { rule: 'tea-cap', kind: 'rule-cap', applied: true, required: '40', actual: '0', amount: -9, currency: 'points' },
    ],
    ['Tea in English: only for the first visit of the day', refused('visited')],
    ['Tea in English: only for an amount of at least £20; it was £12.00', refused('minimum', { actual: '12.00 GBP' })],
    ['Tea in English: only with tier Gold in English; it was Member', refused('tiers', { actual: 'member' })],
    ['Tea in English: only on Monday or Friday; it was Tuesday', refused('weekdays', { actual: 'tue' })],
    ['Tea in English: not after 31 December 2026; it was 1 January 2027', refused('until', { actual: '2027-01-01' })],
    ['Tea in English: only if it holds that `purchase.quantity > 3.0`', refused('expression')],
    [
      'Tea in English: another rule gave more – One point per pound; this rule 0.10',
      refused('best', { required: 'plain', actual: '10' }),
    ],
    [
      'Survey: too soon after the last event of its kind; it was 14 August 2026 at 13:00',
      refused('cooldown', { rule: 'survey', actual: '2026-08-14T12:00:00.000000Z' }),
    ],
    [
      'less: another rule gave more – cheap; this rule £2.00',
      refused('best', { rule: 'less', kind: 'discountAmount', required: 'cheap', actual: '2.00 GBP' }),
    ],
    [
      'luck: another rule gave more – Gold in English; this rule 5',
      refused('best', { rule: 'luck', required: 'gold-multiplier', actual: '5' }),
    ],
    ['less: nothing to take off', refused('nothing-to-discount', { rule: 'less', kind: 'discountAmount' })],
    ['luck: not drawn', refused('not-drawn', { rule: 'luck', required: '0.05', actual: '0.512345678' })],
    ['Tea in English: only in the week of the birthday', refused('birthday')],
    ['Tea in English: only in the month of the anniversary of enrolment', refused('anniversary')],
    ['40 that were cancelled before, as nobody confirmed them', given(40, { kind: 'cancelled', rule: 'cancelled' })],
    ['20 that are not taken back, at the programme’s loss', given(20, { kind: 'lost', rule: 'lost' })],
    ['lost: only at partner', refused('partners', { rule: 'lost' })],
    ['no points: the member’s earning is blocked', { rule: 'purchase', applied: false, reason: 'blocked' }],
    ['Survey: the member’s earning is blocked', { rule: 'survey', applied: false, reason: 'blocked' }],
  ])('reads: %s', (words, step) => {
    expect(plain(stepIn(voice('en'), step))).toBe(words);
  });

  test('of any kind and reason has words in every language, and says its amount', () => {
    const kinds = Object.keys(voice('en').words.steps) as (Said['kind'] & string)[];
    const { conditions, reasons } = voice('en').words;
    const why = [...Object.keys(conditions), ...Object.keys(reasons)] as (Said['reason'] & string)[];
    fc.assert(
      fc.property(
        fc.constantFrom(...LANGUAGES),
        fc.constantFrom(...kinds),
        fc.constantFrom(...why),
        fc.integer({ min: -999, max: 999 }),
        (language, kind, reason, amount) => {
          const applied = stepIn(voice(language), given(amount, { kind }));
          const failed = stepIn(voice(language), refused(reason, { kind }));

          if (!/^(discount|price)/.test(kind)) expect(applied).toContain(String(amount));
          expect(`${applied} ${failed}`).not.toMatch(/undefined|null|NaN/);
          expect(failed.split(': ').length).toBeGreaterThan(1);
        },
      ),
      { numRuns: 300 },
    );
  });
});
