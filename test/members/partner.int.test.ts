import { afterAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { EventOf } from '../../schema/events.ts';
import { membersWorld } from './world.ts';

const world = await membersWorld();
afterAll(() => world.close());

const changed = (partnerId: string, sequence: number): EventOf<'partner.changed'> => ({
  id: randomUUID(),
  name: 'partner.changed',
  aggregate: partnerId,
  sequence,
  payload: { partnerId, code: 'north', name: `Name ${sequence}` },
});

const orders = [
  [1, 2, 3],
  [1, 3, 2],
  [2, 1, 3],
  [2, 3, 1],
  [3, 1, 2],
  [3, 2, 1],
];

test.each([...orders, [3, 1, 2, 3, 2, 1]])(
  'the newest of a partner is kept in whatever order it comes: %j',
  async (...order) => {
    const id = randomUUID();
    const events = new Map([1, 2, 3].map((sequence) => [sequence, changed(id, sequence)]));

    for (const sequence of order) await world.room.receive('live', [events.get(sequence)!], 'partners');

    expect(await world.query('select name, sequence from partner_copy where partner_id = $1', [id])).toEqual([
      { name: 'Name 3', sequence: 3 },
    ]);
  },
);

test('one batch with a partner several times keeps the newest', async () => {
  const [one, two] = [randomUUID(), randomUUID()];

  await world.room.receive('live', [changed(one, 2), changed(two, 1), changed(one, 3), changed(one, 1)], 'partners');

  expect(
    await world.query('select name from partner_copy where partner_id = any($1) order by name', [[one, two]]),
  ).toEqual([{ name: 'Name 1' }, { name: 'Name 3' }]);
});
