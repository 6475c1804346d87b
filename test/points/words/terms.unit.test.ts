// The page of terms: all that a programme's section of points says is on it, in each language.
import { describe, expect, test } from '@jest/globals';
import { sections } from '../../../subgraphs/points/programme/programme.rules.ts';
import { LANGUAGES } from '../../../subgraphs/points/words/name.rules.ts';
import { termsOf } from '../../../subgraphs/points/words/terms.rules.ts';
import { programmeOf, SECTIONS } from './fixture.ts';
import { changesOf, places, standing } from './schema-walk.ts';

const schema = sections.shape.points;
const page = (section: unknown, language: string): string =>
  termsOf(programmeOf(section as (typeof SECTIONS)[number]), language)
    .map(({ heading, text }) => `${heading}\n${text}`)
    .join('\n\n');

describe('terms', () => {
  test('are tried on documents in which everything stands that a section may say', () => {
    const there = new Set(SECTIONS.flatMap((section) => standing(section)));

    expect(places(schema).filter((place) => !there.has(place))).toEqual([]);
  });

  test.each(LANGUAGES)('say every leaf of a section: another value is another page, %s', (language) => {
    const unsaid = SECTIONS.flatMap((section) => {
      const terms = page(section, language);
      return (
        changesOf(schema, section)
          .filter(({ path }) => !LANGUAGES.some((other) => other !== language && path.at(-1) === other))
          // Codes are for programs: terms say names.
          .filter(({ path }) => path.at(-1) !== 'code')
          .filter(({ document }) => page(document, language) === terms)
          .map(({ path }) => path.join('.'))
      );
    });

    expect([...new Set(unsaid)]).toEqual([]);
  });

  const [first] = SECTIONS;
  const sectionOf = (terms: string, heading: string) => terms.split('\n\n').find((part) => part.startsWith(heading));
  const set = { ...first!.earning[1]!, name: undefined };
  const ruled = (rules: object[], combine = 'sum') => page({ ...first, earning: [{ ...set, combine, rules }] }, 'en');

  test('call a set without a name by its place, never by its code', () => {
    const plain = first!.earning[0]!.rules.slice(0, 1);

    expect(sectionOf(ruled(plain), 'Rules, 1')).toMatch(
      /^Rules, 1\nWhat the rules give adds up; rounded down, once for/,
    );
  });

  test.each([
    [
      'events alone of no purchase',
      [{ code: 'a', on: 'run', currency: 'points', give: { perItem: { points: 1 } } }],
      'sum',
      'What the rules give adds up; rounded down.',
    ],
    [
      'gifts alone of no rounding',
      [{ code: 'a', currency: 'points', give: { fixed: { points: 1 } } }],
      'first',
      'Only the first rule that holds counts.',
    ],
    [
      'discounts alone of no points',
      [{ code: 'a', give: { price: '1' } }],
      'sum',
      'Discounts are taken one after another, each of what is left to pay.',
    ],
    [
      'discounts that exclude each other of the best',
      [{ code: 'a', give: { price: '1' } }],
      'best',
      'Only the rule that gives most counts.',
    ],
  ])('say of a set with %s', (_, rules, combine, said) => {
    expect(sectionOf(ruled(rules, combine), 'Rules, 1')!.split('\n')[1]).toBe(said);
  });

  test('name the rules of a group, and of what competes with it alone', () => {
    const rule = (code: string, give: object, over = {}) => ({ code, currency: 'points', give, group: 'g', ...over });
    const fixed = { fixed: { points: 1 } };
    const rules = [
      rule('a', fixed),
      rule('b', fixed),
      rule('c', { multiply: { factor: '2' } }),
      rule('d', fixed, { on: 'run' }),
    ];

    expect(ruled(rules).match(/of “.*/g)).toEqual(Array(2).fill('of “a” and “b” only the one that gives most counts.'));
  });

  test('of tiers by a balance say nothing of a membership or a year', () => {
    const levels = [first!.tiers.levels[0]!, { ...first!.tiers.levels[1]!, from: { status: 5 } }];
    const tiers = { ...first!.tiers, window: 'lifetime', keep: 'window', downgrade: 'earned', levels };

    expect(sectionOf(page({ ...first, tiers }, 'en'), 'Tiers')).toMatch(
      /^Tiers\nA balance counts as it is at the end of a day\.\n“Member”/,
    );
  });

  test('do not promise a kindness of 0', () => {
    expect(page(first, 'en')).toMatch(/kindness.*: 250 points/);
    expect(page({ ...first, goodwillPerDay: 0 }, 'en')).not.toMatch(/kindness/);
  });

  test('leave no word out and say none twice, so that nothing undefined is read', () => {
    for (const language of LANGUAGES) {
      for (const section of SECTIONS)
        expect(page(section, language)).not.toMatch(/undefined|null|NaN|\[object|: ;|\(\)/);
    }
  });
});
