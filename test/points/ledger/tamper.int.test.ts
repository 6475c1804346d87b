// Somebody with all rights on the database changes history behind the program's back: triggers and checks are off.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { canonical } from '../../../subgraphs/points/ledger/chain.rules.ts';
import { sha256, stretchOf } from '../../../subgraphs/points/ledger/history.service.ts';
import { post, type Posting } from '../../../subgraphs/points/ledger/ledger.service.ts';
import { seal, sealDue, sealKey } from '../../../subgraphs/points/ledger/seal.service.ts';
import { publishedBreaks, sealBreaks } from '../../../subgraphs/points/ledger/sealed.service.ts';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { operator } from '../../support/viewer.ts';
import { NORTH, openPoints, payload } from '../room.ts';

const TABLES = ['wallet', 'entry', 'lot', 'move', 'hold', 'seal', 'sealed_head', 'seal_block'] as const;
type Table = (typeof TABLES)[number];

let points: TestRoom;

/** A room whose database lets everything happen. */
async function openTampered(): Promise<TestRoom> {
  points = await openPoints();
  const checks = await points.query<{ table: string; name: string }>(
    `select conrelid::regclass::text "table", conname "name" from pg_constraint
     where contype = 'c' and conrelid = any($1::text[]::regclass[])`,
    [TABLES],
  );
  for (const { table, name } of checks) await points.query(`alter table ${table} drop constraint "${name}"`);
  for (const table of TABLES) await points.query(`alter table ${table} disable trigger all`);
  return points;
}

let room: TestRoom;
beforeAll(async () => {
  room = await openTampered();
});
beforeEach(() => {
  points = room;
});
afterAll(() => room.close());

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

/** A wallet with eight entries, of which some expire by inactivity, are confirmed, lapse, and go to another member. */
async function later(): Promise<string> {
  const { source } = points.room.database.space('live');
  const member = newId();
  const wallet = { member, currency: 'points', actor_kind: 'PARTNER', actor_id: 'key:1' };
  const credit = { ...wallet, op: 'credit', kind: 'EARN', earned_at: '2026-03-01T00:00:00Z', funder: NORTH };
  const waiting = newId();
  const other = { to_member: newId(), to_currency: 'points' };
  const postings = [
    { ...credit, amount: 100, origin: newId(), expires_at: '2099-01-01', idle_until: '2090-01-01' },
    { ...credit, amount: 50, origin: waiting, expires_at: null, cancels_at: '2089-01-01' },
    { ...wallet, op: 'confirm', undoes: waiting, origin: newId(), expires_at: '2098-01-01', idle_until: '2091-01-01' },
    { ...credit, amount: 9, origin: newId(), expires_at: null, cancels_at: '2089-06-01' },
    { ...wallet, op: 'hold', asker: `${member} 1`, amount: 20, lapses_at: '2088-01-01' },
    { ...wallet, ...other, op: 'transfer', origin: newId(), amount: 60, to_amount: 60, fee: 5 },
    { ...wallet, op: 'transfer', origin: newId(), amount: 10, to_member: member, to_currency: 'miles', to_amount: 35 },
    {
      ...credit,
      op: 'credit',
      origin: newId(),
      lots: [
        { ...credit, amount: 3 },
        { ...credit, amount: 4 },
      ],
    },
  ];
  await post(source, postings as unknown as Posting[]);
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
  integer: (column) => `"${column}" + 7`,
  boolean: (column) => `not "${column}"`,
  bytea: (column) => `"${column}" || '\\x00'`,
  jsonb: (column) => `coalesce("${column}", '{}') || '{"steps": []}'`,
  'timestamp with time zone': (column) => `coalesce("${column}" + interval '1 second', '2097-01-01')`,
  entry_kind: (column) => `case "${column}" when 'EARN' then 'ADJUST'::entry_kind else 'EARN' end`,
  hold_state: (column) => `case "${column}" when 'CAPTURED' then 'RELEASED'::hold_state else 'CAPTURED' end`,
  date: (column) => `"${column}" + 1`,
  pocket: (column) => `case "${column}" when 'ISSUED' then 'AVAILABLE'::pocket else 'ISSUED' end`,
};

const columnsOf = (table: Table) =>
  points.query<{ name: string; type: string }>(
    `select attname "name", format_type(atttypid, null) "type" from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [table],
  );

/** The transaction's number, and whose and what for a hold is, are not history: no entry says them. */
const NOT_HISTORY = ['xid', 'asker_id', 'for_purchase'];

async function expectFound(member: string, reason: RegExp): Promise<void> {
  const { intact, firstBreak } = await verify(member);
  expect({ intact, reason: firstBreak?.reason }).toEqual({ intact: false, reason: expect.stringMatching(reason) });
}

test('an untouched history is intact', async () => {
  const member = await history();

  expect(await verify(member)).toEqual({ intact: true, walletCount: 1, entryCount: 9, firstBreak: null });
  expect(await verify(await later())).toEqual({ intact: true, walletCount: 2, entryCount: 9, firstBreak: null });
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
    ['hold', 'seq = 4', /the hold of entry 4\b|its open holds|entry 4 does not match/],
    ['hold', 'seq = 8', /the hold of entry 8\b|its open holds|entry 8 does not match/],
    ['wallet', 'true', /\bwallet\b/],
  ];
  const laterRows: [Table, string, RegExp][] = [
    ['entry', `seq = 1 and currency = 'points'`, /entry 1\b/],
    ['entry', 'seq = 6', /entry (6|7|1000)\b/],
    ['entry', `seq = 1 and currency = 'miles'`, /entry 1\b/],
    ['move', 'seq = 3 and n = 0', /entry 3\b|lot 2\.0/],
    ['move', 'seq = 6 and n = 0', /entry 6\b/],
    ['lot', `seq = 2`, /(entry 2|lot 2\.0)\b/],
    ['lot', 'seq = 8 and n = 1', /(entry 8|lot 8\.1)\b/],
    ['wallet', `currency = 'points'`, /\bwallet\b/],
  ];

  test.each([...rows.map((row) => [...row, history] as const), ...laterRows.map((row) => [...row, later] as const)])(
    'of %s where %s is found and located',
    async (table, where, reason, make) => {
      const columns = (await columnsOf(table)).filter(({ name }) => !NOT_HISTORY.includes(name));
      expect(columns.length).toBeGreaterThan(7);

      for (const { name, type } of columns) {
        const member = await make();
        const value =
          name === 'seq' && table !== 'wallet' ? '1000' : name === 'member_id' ? `'${newId()}'` : ANOTHER[type]!(name);
        await points.query(`update ${table} set "${name}" = ${value} where member_id = $1 and ${where}`, [member]);

        const { intact, firstBreak } = await verify(member);

        expect({ name, intact, reason: firstBreak?.reason }).toEqual({
          name,
          intact: false,
          // In another currency it stands alone, without a wallet.
          reason: expect.stringMatching(name === 'currency' ? /has a history and no wallet$/ : reason),
        });
      }
    },
  );

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
    ['the wallet', 'delete from wallet where member_id = $1', /has a history and no wallet$/],
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

test('a transfer whose other side is gone is found', async () => {
  const member = await later();
  const [other] = await points.query<{ id: string }>(
    `select o.member_id id from entry e join entry o on o.origin = e.origin and o.member_id <> e.member_id where e.member_id = $1`,
    [member],
  );
  for (const table of ['entry', 'move', 'lot', 'wallet'])
    await points.query(`delete from ${table} where member_id = $1`, [other!.id]);

  await expectFound(member, /^entry 6: a transfer does not have two sides$/);
});

test('a hold that lapsed at another time than its row says is found', async () => {
  const member = await later();
  await points.query('update wallet set next_event_at = now() where member_id = $1', [member]);
  await points.query(`update hold set lapses_at = now() - interval '1 hour' where member_id = $1`, [member]);
  await points.query(`select ledger_settle($1, 'points', now())`, [member]);
  await points.query(`update hold set lapses_at = '2088-01-01' where member_id = $1`, [member]);

  await expectFound(member, /^the hold of entry 5 did not end as it says$/);
});

describe('what was sealed', () => {
  const [FIRST, SECOND] = ['2026-03-01', '2026-03-02'];
  let member: string;
  let dataDir: string;
  const space = () => points.room.database.space('live');
  const keep = () => ({ dataDir, sealKey: null });
  const verifyAll = () => payload(points.ask(operator, VERIFY));

  beforeEach(async () => {
    await openTampered();
    dataDir = mkdtempSync(join(tmpdir(), 'loyalty-tamper-'));
    await history();
    member = await history();
    await history();
    await seal(space(), sealKey(keep()), FIRST);
    const wallet = { member, currency: 'points', actor_kind: 'SYSTEM' as const, actor_id: null };
    await post(space().source, [
      { ...wallet, op: 'debit', kind: 'SPEND', amount: 1, origin: newId() },
      { ...wallet, op: 'debit', kind: 'SPEND', amount: 2, origin: newId() },
    ]);
    await seal(space(), sealKey(keep()), SECOND);
  });
  afterEach(async () => {
    rmSync(dataDir, { recursive: true });
    await points.close();
  });

  /** Changes an entry's reason and makes every later hash, and the wallet's head, fit it. */
  async function rewrite(from: number): Promise<void> {
    await points.query(`update entry set reason = 'another' where member_id = $1 and seq = $2`, [member, from]);
    const entries = await stretchOf(space().source, { memberId: member, currency: 'points' }, from - 1, 99);
    let head = entries[0]!.hash;
    for (const entry of entries.slice(1)) {
      head = sha256(head, Buffer.from(canonical(entry)));
      await points.query('update entry set hash = $2 where id = $1', [entry.id, head]);
    }
    await points.query('update wallet set head_hash = $2 where member_id = $1', [member, head]);
  }

  test('is intact when untouched', async () => {
    expect(await verifyAll()).toEqual({ intact: true, walletCount: 3, entryCount: 29, firstBreak: null });
  });

  test.each([
    [4, /^entries 1 to 9 are not what was sealed on 2026-03-01$/],
    [10, /^entries 10 to 11 are not what was sealed on 2026-03-02$/],
  ])('and rewritten from entry %i, with all later hashes, is found', async (from, reason) => {
    await rewrite(from);

    await expectFound(member, reason);
    await points.query('delete from sealed_head where member_id = $1', [member]);
    expect(await verify(member)).toMatchObject({ intact: true });
    expect((await verifyAll()).firstBreak.reason).toMatch(/^the heads under the seal of 2026-03-01 are not those/);
  });

  test('and taken away with all its rows is found', async () => {
    for (const table of ['wallet', 'entry', 'move', 'lot', 'hold']) {
      await points.query(`delete from ${table} where member_id = $1`, [member]);
    }

    await expectFound(member, /was sealed on 2026-03-02 and no wallet$/);
    await points.query('delete from sealed_head where member_id = $1', [member]);
    expect((await verifyAll()).firstBreak.reason).toMatch(/^the heads under the seal of 2026-03-01 are not those/);
  });

  test('and sealed again is found by the first seal', async () => {
    await rewrite(4);
    await seal(space(), sealKey(keep()), '2026-03-03');

    await expectFound(member, /^entries 1 to 9 are not what was sealed on 2026-03-01$/);
  });

  test.each(['seal', 'sealed_head', 'seal_block'] as const)(
    'is found when a column of %s is another, or a row is gone',
    async (table) => {
      const columns = (await columnsOf(table)).filter(({ name }) => !(table === 'sealed_head' && name === 'seq'));
      const changes = columns.map(
        ({ name, type }) => `update ${table} set "${name}" = ${ANOTHER[type]!(name)} where ctid = $1`,
      );
      const last = table === 'seal' ? 'id' : 'seal_id';
      const [row] = await points.query<{ ctid: string }>(`select ctid from ${table} order by ${last} desc limit 1`);

      for (const change of [...changes, `delete from ${table} where ctid = $1`]) {
        const found = await space().source.transaction(async (tx) => {
          await tx.query(change, [row!.ctid]);
          const breaks = await sealBreaks(tx);
          await tx.query('rollback; begin');
          return breaks;
        });

        expect({ change, found: found.length > 0 }).toEqual({ change, found: true });
      }
    },
  );

  test('is found when a head says another number than its entry has', async () => {
    await points.query('update sealed_head set seq = 10 where member_id = $1 and seq = 11', [member]);

    await expectFound(member, /^entry 10 is not what was sealed on 2026-03-02$/);
  });

  test('is found by the published files when all seals are gone, or are signed with another key', async () => {
    await sealDue(space(), keep());
    const own = (await publishedBreaks(space(), keep())).breaks;
    for (const table of ['seal', 'sealed_head', 'seal_block']) await points.query(`truncate ${table}`);
    const gone = (await publishedBreaks(space(), keep())).breaks;
    await seal(space(), generateKeyPairSync('ed25519').privateKey, FIRST);
    const forged = (await publishedBreaks(space(), keep())).breaks;

    expect(own).toEqual([]);
    expect(gone.slice(0, 2)).toEqual([FIRST, SECOND].map((day) => `the seal of ${day} was published and is gone`));
    expect(forged[0]).toBe(`the seal of ${FIRST} is not as it was published`);
    expect((await verifyAll()).intact).toBe(true);
  });
});

describe('with the triggers of the program', () => {
  beforeAll(async () => {
    for (const table of TABLES) await room.query(`alter table ${table} enable trigger all`);
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
