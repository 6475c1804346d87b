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
      return changesOf(schema, section)
        .filter(({ path }) => !LANGUAGES.some((other) => other !== language && path.at(-1) === other))
        .filter(({ document }) => page(document, language) === terms)
        .map(({ path }) => path.join('.'));
    });

    expect([...new Set(unsaid)]).toEqual([]);
  });

  test('leave no word out and say none twice, so that nothing undefined is read', () => {
    for (const language of LANGUAGES) {
      for (const section of SECTIONS)
        expect(page(section, language)).not.toMatch(/undefined|null|NaN|\[object|: ;|\(\)/);
    }
  });
});
