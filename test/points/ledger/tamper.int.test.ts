// Somebody with all rights on the database changes history behind the program's back: triggers and checks are off.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { post, type Posting } from '../../../subgraphs/points/ledger/ledger.service.ts';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { operator } from '../../support/viewer.ts';
import { NORTH, openPoints, payload } from '../room.ts';

const TABLES = ['wallet', 'entry', 'lot', 'move', 'hold'] as const;
type Table = (typeof TABLES)[number];

let points: TestRoom;
beforeAll(async () => {
  points = await openPoints();
  const checks = await points.query<{ table: string; name: string }>(
    `select conrelid::regclass::text "table", conname "name" from pg_constraint
     where contype = 'c' and conrelid = any($1::text[]::regclass[])`,
    [TABLES],
  );
  for (const { table, name } of checks) await points.query(`alter table ${table} drop constraint "${name}"`);
  for (const table of TABLES) await points.query(`alter table ${table} disable trigger all`);
});
afterAll(() => points.close());

/** A wallet with nine entries of every kind that people make; the first three made a lot each, the eighth too. */
async function history(): Promise<string> {
  const { source } = points.room.database.space('live');
  const member = newId();
  const wallet = { member, currency: 'points', actor_kind: 'PARTNER' as const, actor_id: 'key:1' };
  const credit = (amount: number, over: object = {}): Posting => ({
    ...wallet,
    op: 'credit',
    kind: 'EARN',
    amount,
    origin: newId(),
    earned_at: '2026-03-01T00:00:00Z',
    expires_at: '2099-01-01T00:00:00Z',
    funder: NORTH,
    rule_version: '1',
    reason: 'because',
    explanation: { ruleSetVersion: '1', steps: [{ rule: 'one', applied: true, actual: '9 GBP' }] },
    ...over,
  });
  await post(source, [
    credit(100),
    credit(50, { kind: 'ADJUST' }),
    { ...wallet, op: 'debit', kind: 'SPEND', amount: 30, origin: newId() },
    { ...wallet, op: 'hold', asker: `${member} 1`, amount: 40 },
    { ...wallet, op: 'capture', asker: `${member} 1`, amount: 15 },
    credit(20, { activates_at: '2098-01-01T00:00:00Z' }),
    { ...wallet, op: 'hold', asker: `${member} 2`, amount: 10 },
  ]);
  const [{ id }] = (await points.query(`select id from entry where member_id = $1 and seq = 2`, [member])) as [
    { id: string },
  ];
  await post(source, [{ ...wallet, op: 'reverse', reverses: id, origin: newId() }]);
  return member;
}

const VERIFY = `query ($memberId: ID) { ledgerVerify(memberId: $memberId) {
  intact walletCount entryCount firstBreak { reason entry { id } } } }`;
const verify = (member: string) => payload(points.ask(operator, VERIFY, { memberId: encodeId('mbr', member) }));

/** Another value of the same type, where there was none too. */
const ANOTHER: Record<string, (column: string) => string> = {
  uuid: () => `'${newId()}'`,
  text: (column) => `coalesce("${column}", '') || 'x'`,
  bigint: (column) => `"${column}" + 1`,
  integer: (column) => `"${column}" + 1`,
  boolean: (column) => `not "${column}"`,
  bytea: (column) => `"${column}" || '\\x00'`,
  jsonb: (column) => `coalesce("${column}", '{}') || '{"steps": []}'`,
  'timestamp with time zone': (column) => `coalesce("${column}" + interval '1 second', '2097-01-01')`,
  entry_kind: (column) => `case "${column}" when 'EARN' then 'ADJUST'::entry_kind else 'EARN' end`,
  hold_state: (column) => `case "${column}" when 'CAPTURED' then 'RELEASED'::hold_state else 'CAPTURED' end`,
  pocket: (column) => `case "${column}" when 'ISSUED' then 'AVAILABLE'::pocket else 'ISSUED' end`,
};

const columnsOf = (table: Table) =>
  points.query<{ name: string; type: string }>(
    `select attname "name", format_type(atttypid, null) "type" from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [table],
  );

/** The transaction's number, and whose and what for a hold is, are not history: no amount or order depends on them. */
const NOT_HISTORY = ['xid', 'asker_id', 'for_purchase'];

async function expectFound(member: string, reason: RegExp): Promise<void> {
  const { intact, firstBreak } = await verify(member);
  expect({ intact, reason: firstBreak?.reason }).toEqual({ intact: false, reason: expect.stringMatching(reason) });
}

test('an untouched history is intact', async () => {
  const member = await history();

  expect(await verify(member)).toEqual({ intact: true, walletCount: 1, entryCount: 9, firstBreak: null });
});

describe('a changed column', () => {
  const rows: [Table, string, RegExp][] = [
    ['entry', 'seq = 1', /entry 1\b/],
    ['entry', 'seq = 4', /entry 4\b/],
    ['entry', 'seq = 9', /entry (9|1000)\b|the wallet/],
    ['move', 'seq = 3 and n = 0', /entry 3\b/],
    ['move', 'seq = 9 and n = 0', /entry 9\b/],
    ['lot', 'seq = 1', /(entry 1|lot 1\.0)\b/],
    ['lot', 'seq = 2', /(entry 2|lot 2\.0)\b/],
    ['hold', 'seq = 4', /the hold of entry 4\b|its open holds/],
    ['hold', 'seq = 8', /the hold of entry 8\b|its open holds/],
    ['wallet', 'true', /\bwallet\b/],
  ];

  test.each(rows)('of %s where %s is found and located', async (table, where, reason) => {
    const columns = (await columnsOf(table)).filter(({ name }) => !NOT_HISTORY.includes(name));
    expect(columns.length).toBeGreaterThan(7);

    for (const { name, type } of columns) {
      const member = await history();
      const value =
        name === 'seq' && table !== 'wallet' ? '1000' : name === 'member_id' ? `'${newId()}'` : ANOTHER[type]!(name);
      await points.query(`update ${table} set "${name}" = ${value} where member_id = $1 and ${where}`, [member]);

      const { intact, firstBreak } = await verify(member);

      expect({ name, intact, reason: firstBreak?.reason }).toEqual({
        name,
        intact: false,
        // In another currency it stands alone, without a wallet.
        reason: expect.stringMatching(name === 'currency' && table !== 'hold' ? /has entries and no wallet$/ : reason),
      });
    }
  });

  test('of an entry names that entry', async () => {
    const member = await history();
    const [entry] = await points.query<{ id: string }>(
      `update entry set reason = 'another' where member_id = $1 and seq = 3 returning id`,
      [member],
    );

    const { firstBreak } = await verify(member);

    const { id } = (entry as unknown as { id: string }[])[0]!;
    expect(firstBreak).toEqual({ reason: 'entry 3 does not match its hash', entry: { id: encodeId('ent', id) } });
  });

  test('of a wallet that takes its next event away is found', async () => {
    const member = await history();
    await points.query('update wallet set next_event_at = null where member_id = $1', [member]);

    await expectFound(member, /^the wallet would miss what falls due of lot 1\.0$/);
  });
});

describe('what is taken away', () => {
  const gone: [string, string, RegExp][] = [
    [
      'an entry in the middle',
      'delete from entry where member_id = $1 and seq = 5',
      /^entry 5 is missing before entry 6$/,
    ],
    ['the last entry', 'delete from entry where member_id = $1 and seq = 9', /^entry 9 is missing/],
    ['a move', 'delete from move where member_id = $1 and seq = 4', /^entry 4 says available/],
    ['a lot', 'delete from lot where member_id = $1 and seq = 2', /^entry 2 does not match its hash$/],
    ['the wallet', 'delete from wallet where member_id = $1', /has entries and no wallet$/],
    ['every entry', 'delete from entry where member_id = $1', /^entry 1 is missing/],
    [
      'an open hold',
      `delete from hold where member_id = $1 and state = 'HELD'`,
      /^the wallet holds 10, its open holds 0$/,
    ],
  ];

  test.each(gone)('%s is missed', async (_, statement, reason) => {
    const member = await history();

    await points.query(statement, [member]);

    await expectFound(member, reason);
  });

  test('the last entry with all that it made is missed', async () => {
    const member = await history();

    await points.query('delete from entry where member_id = $1 and seq = 9', [member]);
    await points.query('delete from move where member_id = $1 and seq = 9', [member]);

    await expectFound(member, /^the wallet ends with entry 9, its history with entry 8$/);
  });
});

describe('what is slipped in', () => {
  test.each(['seq + 1', 'seq + 2'])('an entry at %s of the last is found', async (seq) => {
    const member = await history();

    await points.query(
      `insert into entry select (jsonb_populate_record(e, jsonb_build_object('seq', ${seq}, 'id', uuidv7(), 'origin', uuidv7(),
         'recorded_at', recorded_at + interval '1 second'))).* from entry e where member_id = $1 and seq = 9`,
      [member],
    );

    await expectFound(member, /^entry (10|11)/);
  });

  test('a lot and its points, without an entry, are found', async () => {
    const member = await history();

    await points.query(
      `insert into lot (member_id, currency, seq, n, amount, pending, remaining, open, earned_at)
       values ($1, 'points', 1, 1, 500, 0, 500, true, now())`,
      [member],
    );

    await expectFound(member, /^entry 1 does not match its hash$/);
  });
});

test('two entries with their hashes swapped are found', async () => {
  const member = await history();

  await points.query(
    `update entry e set hash = o.hash from entry o
     where e.member_id = $1 and o.member_id = $1 and e.seq in (3, 4) and o.seq = 7 - e.seq`,
    [member],
  );

  await expectFound(member, /^entry 3 does not match its hash$/);
});

test('points moved between two lots are found', async () => {
  const member = await history();

  await points.query(`update lot set remaining = remaining + 1, gone = gone - 1 where member_id = $1 and seq = 1`, [
    member,
  ]);
  await points.query(`update lot set remaining = remaining - 1, gone = gone + 1 where member_id = $1 and seq = 2`, [
    member,
  ]);

  await expectFound(member, /^lot 1\.0 does not have what its moves left it$/);
});

test('one broken wallet is found among all', async () => {
  const member = await history();
  await points.query('update entry set amount = amount + 1 where member_id = $1 and seq = 2', [member]);

  const { intact, walletCount } = await payload(points.ask(operator, VERIFY));

  expect(intact).toBe(false);
  expect(walletCount).toBeGreaterThan(1);
});

describe('with the triggers of the program', () => {
  beforeAll(async () => {
    for (const table of TABLES) await points.query(`alter table ${table} enable trigger all`);
  });

  test.each(
    ['entry', 'move'].flatMap((table) => [
      [`update ${table} set amount = amount`],
      [`delete from ${table}`],
      [`truncate ${table}`],
      [`update ${table} set amount = 0 where false`],
    ]),
  )('"%s" is refused', async (statement) => {
    await expect(points.query(statement)).rejects.toThrow(/is append-only/);
  });
});
