// What caps and budgets remember in one transaction, by a database that has nothing stored.
import { expect, test } from '@jest/globals';
import { LimitUse, type Limited } from '../../../subgraphs/points/earning/limit.service.ts';
import type { Sql } from '../../../subgraphs/shared/database.ts';
import { newId } from '../../../subgraphs/shared/id.ts';

const asked: { text: string; values: unknown[] }[] = [];
const query = (text: string, values: unknown[] = []) => {
  asked.push({ text, values });
  return Promise.resolve([]);
};
const sql = { query } as unknown as Sql;

const memberId = newId();
const limitedTo = (limits: Partial<Limited['limits']>): Limited => ({
  memberId,
  at: '2031-01-15T10:00:00Z',
  timeZone: 'UTC',
  limits: { caps: [], budgets: [], ...limits },
});

test('a cap that a later version uses for another currency is another', async () => {
  const [before, later] = ['points', 'stars'].map((currency) =>
    limitedTo({ caps: [{ code: 'most', per: 'day', max: 10, currency }] }),
  ) as [Limited, Limited];
  const use = await LimitUse.open(sql, [before, later], [], true);

  use.count(before, {}, { 'cap:most': '7' }, newId());

  expect([use.rooms(before), use.rooms(later)]).toEqual([{ 'cap:most': '3' }, { 'cap:most': '10' }]);
});

test('what is given back under a version does not say what a budget allows', async () => {
  const launch = limitedTo({ budgets: [{ account: 'launch', campaign: 'launch', points: 10, money: null }] });
  const told = async (before: object, after: object) => {
    const use = await LimitUse.open(sql, [], [launch], false);
    use.count(launch, { ...before }, { ...after }, newId());
    await use.save(sql);
    return JSON.parse(asked.at(-1)!.values[0] as string);
  };

  expect(await told({}, { 'budget:launch': '4' })).toMatchObject([{ takes: true, points: 4, points_max: 10 }]);
  expect(await told({ 'budget:launch': '4' }, {})).toMatchObject([{ takes: false, points: -4 }]);
});
