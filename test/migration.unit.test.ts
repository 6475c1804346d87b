// What was released stays as it was: a database that was made by it has no other. A change is another migration.
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { ROOM_DEFINITIONS } from '../subgraphs/rooms.ts';

/** Of each migration, how the hash of its statements begins. */
const RELEASED = {
  'members members-0000000000001': '529ee9427a1d9955',
  'members programme-0000000000002': '43ac70beebcbba12',
  'points ledger-0000000000001': '0f02fe862d4e2ecd',
  'points purchase-0000000000002': 'caacd51282d824e5',
  'points redemption-0000000000003': '399048218d929b6c',
  'points depth-0000000000004': '7c578b9b0db0d7cd',
  'points seal-0000000000005': '4ca8ad0de1a29308',
  'points earning-0000000000006': 'ef4499cb8c57ebc7',
  'points tier-0000000000007': '9c8629ab1acbb11f',
  'points programme-0000000000008': 'a9101315169d99b4',
  'points event-0000000000009': '6b130136e2319e6b',
  'rewards rewards-0000000000001': '9d44974e884ec982',
  'rewards programme-0000000000002': '43ac70beebcbba12',
  'referrals referrals-0000000000001': 'df4cc9298ec160f3',
  'referrals programme-0000000000002': '43ac70beebcbba12',
  'partners partners-0000000000001': '1dff56c9df01cb84',
  'partners programme-0000000000002': '43ac70beebcbba12',
};

test('every released migration runs the statements that it was released with', async () => {
  const found: Record<string, string> = {};
  for (const { name: room, migrations } of Object.values(ROOM_DEFINITIONS)) {
    for (const Migration of migrations) {
      const migration = new Migration();
      const hash = createHash('sha256');
      const query = async (text: string) => {
        hash.update(text);
        return [];
      };
      const runner = { query } as unknown as QueryRunner;
      await migration.up(runner);
      found[`${room} ${migration.name}`] = hash.digest('hex').slice(0, 16);
    }
  }

  expect(found).toEqual(RELEASED);
});
