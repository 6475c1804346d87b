// A referral among the real rooms: members tells, points records, pays and takes back, and only the clock waits.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { ROOM_DEFINITIONS } from '../../subgraphs/rooms.ts';
import { now } from '../../subgraphs/shared/clock.ts';
import type { RoomName } from '../../subgraphs/shared/config.ts';
import { openHouse, type House } from '../../subgraphs/shared/launch.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { freshDatabase, SPACES } from '../support/postgres.ts';
import { inSpace, operator, till } from '../support/viewer.ts';
import { only } from './world.ts';

const NAMES: RoomName[] = ['members', 'points', 'partners', 'rewards', 'referrals'];
const LOCATION = 'northside-london';

let house: House;
const databases = new Map<string, Awaited<ReturnType<typeof freshDatabase>>>();
const room = (name: RoomName) => house.rooms.get(name)!;
const sandbox = (name: RoomName) => room(name).database.space('sandbox');

beforeAll(async () => {
  for (const name of NAMES) databases.set(name, await freshDatabase(ROOM_DEFINITIONS[name]));
  house = await openHouse(
    NAMES.map((name) => ROOM_DEFINITIONS[name]),
    {
      databaseUrl: (name) => databases.get(name)!.url,
      spaces: SPACES,
      programme: 'programmes/hybrid-retail.yaml',
      log: pino({ level: 'silent' }),
    },
  );
});
afterAll(async () => {
  await house.close();
  for (const database of databases.values()) await database.drop();
});

async function ask<T>(name: RoomName, viewer: Viewer, query: string, variables: object): Promise<T> {
  const request = { query, variables: variables as Record<string, unknown> };
  return only<T>(await room(name).execute(request, inSpace('sandbox', viewer), 'test'));
}

/** Until nothing that was told is still on its way to referrals; rewards is not open here. */
async function settle(): Promise<void> {
  for (const name of ['members', 'points'] as const) {
    for (;;) {
      const left = await sandbox(name).source.query(`select 1 from outbox where hearer in ('points', 'referrals')`);
      if ((left as unknown[]).length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

interface Facts {
  id: string;
  referralCode: { code: string } | null;
  referralSummary: { attributed: number; qualified: number; rewarded: number; pointsEarned: number };
  wallet: { available: number; deficit: number };
}

async function member(id: string): Promise<Facts> {
  const of = (fields: string) =>
    `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Member { ${fields} } } }`;
  const variables = { keys: [{ __typename: 'Member', id }] };
  const fields = 'id referralCode { code } referralSummary { attributed qualified rewarded pointsEarned }';
  const [[own], [wallet]] = await Promise.all([
    ask<[object]>('referrals', operator, of(fields), variables),
    ask<[object]>('points', operator, of('wallet(currency: "points") { available deficit }'), variables),
  ]);
  return { ...own, ...wallet } as Facts;
}

const mail = () => ({ kind: 'EMAIL', value: `${randomUUID()}@example.com` });

async function enroll(identifier: object, referralCode?: string): Promise<string> {
  const enrolled = await ask<{ member: { id: string } }>(
    'members',
    operator,
    'mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { member { id } } }',
    { input: { identifiers: [identifier], ...(referralCode === undefined ? {} : { referralCode }) } },
  );
  return enrolled.member.id;
}

test('a friend enrols with a code and buys: after the window both are paid; what comes back then is taken back', async () => {
  const { partnerId } = (
    await sandbox('partners').source.query(
      `select c.partner_id as "partnerId" from location l join channel c on c.id = l.channel_id where l.code = $1`,
      [LOCATION],
    )
  )[0] as { partnerId: string };
  const receipt = { location: LOCATION, businessDate: '2026-03-02', occurredAt: await now(sandbox('points').source) };
  const referrer = await enroll(mail());
  const { referralCode } = await member(referrer);
  const friend = mail();
  const referee = await enroll(friend, referralCode!.code.toLowerCase());

  const { purchase } = await ask<{ purchase: { id: string } }>(
    'points',
    till(partnerId),
    'mutation ($input: PurchaseRecordInput!) { purchaseRecord(input: $input) { purchase { id } userErrors { code } } }',
    {
      input: {
        ...receipt,
        idempotencyKey: 'sale',
        member: friend,
        terminal: 'till-1',
        receiptNumber: 'S-1',
        currencyCode: 'GBP',
        lines: [{ number: 1, sku: 'tea', quantity: '1', unitPrice: '40.00' }],
      },
    },
  );
  await settle();
  await room('referrals').clock.drain();
  const waiting = [await member(referrer), await member(referee)];
  const { now: later } = await ask<{ now: string }>(
    'points',
    operator,
    'mutation ($input: SandboxClockAdvanceInput!) { sandboxClockAdvance(input: $input) { now } }',
    { input: { idempotencyKey: 'a month', by: 'P30DT1M' } },
  );
  const clocks = await Promise.all(NAMES.map((name) => now(sandbox(name).source)));
  const paid = [await member(referrer), await member(referee)];
  await ask(
    'points',
    till(partnerId),
    'mutation ($input: PurchaseReturnInput!) { purchaseReturn(input: $input) { userErrors { code } } }',
    { input: { ...receipt, idempotencyKey: 'back', receiptNumber: 'B-1', purchase: { id: purchase.id }, whole: true } },
  );
  await settle();
  await room('referrals').clock.drain();
  const back = [await member(referrer), await member(referee)];

  const summary = (qualified: number, rewarded: number, pointsEarned: number) => ({
    attributed: 1,
    qualified,
    rewarded,
    pointsEarned,
  });
  expect(clocks.every((clock) => clock > later)).toBe(true);
  expect(waiting.map(({ wallet }) => wallet.available)).toEqual([0, 40]);
  expect(waiting[0]!.referralSummary).toEqual(summary(1, 0, 0));
  expect(paid.map(({ wallet }) => wallet.available)).toEqual([200, 140]);
  expect(paid[0]!.referralSummary).toEqual(summary(1, 1, 200));
  expect(back.map(({ wallet }) => wallet)).toEqual([
    { available: 0, deficit: 0 },
    { available: 0, deficit: 0 },
  ]);
  expect(back[0]!.referralSummary).toEqual(summary(0, 0, 0));
});
