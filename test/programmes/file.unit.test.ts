// The programmes of the repository, as every room reads them.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { membersProgramme } from '../../subgraphs/members/programme.ts';
import { partnersProgramme } from '../../subgraphs/partners/programme.ts';
import { pointsProgramme } from '../../subgraphs/points/programme/version.service.ts';
import { referralsProgramme } from '../../subgraphs/referrals/programme.ts';
import { rewardsProgramme } from '../../subgraphs/rewards/programme.ts';

const ROOMS = {
  members: membersProgramme,
  partners: partnersProgramme,
  points: pointsProgramme,
  referrals: referralsProgramme,
  rewards: rewardsProgramme,
};

const files = globSync('programmes/*.yaml').toSorted();
const read = (file: string): unknown => parse(readFileSync(file, 'utf8'));

/** Every text for people, with its place: what has a code has a name, rewards say more. */
function textsIn(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.entries(value).filter(
    ([key]) => (key === 'name' && 'code' in value) || key === 'description' || key === 'terms',
  );
  const missing: [string, unknown][] = 'give' in value && !('name' in value) ? [[`${path}.name`, null]] : [];
  return [
    ...missing,
    ...own.map(([key, text]): [string, unknown] => [`${path}.${key}`, text]),
    ...Object.entries(value).flatMap(([key, part]) => textsIn(part, `${path}.${key}`)),
  ];
}

describe.each(files)('%s', (file) => {
  test.each(Object.entries(ROOMS))('can be used by %s', (_, { sections }) => {
    expect(sections.safeParse(read(file)).error?.issues ?? []).toEqual([]);
  });

  test('says what members read in English, Polish and Latvian', () => {
    const { points, rewards } = read(file) as { points: unknown; rewards: unknown };

    const texts = [...textsIn(points, 'points'), ...textsIn(rewards, 'rewards')];

    expect(texts.length).toBeGreaterThan(10);
    expect(texts.filter(([, text]) => Object.keys(text ?? {}).join() !== 'en,pl,lv')).toEqual([]);
  });
});

test('the programmes number their cards apart', () => {
  const prefixes = files.map((file) => (read(file) as { members: { cardPrefix: string } }).members.cardPrefix);

  expect(new Set(prefixes).size).toBe(files.length);
});
