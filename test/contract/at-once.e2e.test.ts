// The documents of tills, sent many times at once through the gateway: nobody is enrolled twice, nothing is recorded twice.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cardNumber } from '../../subgraphs/members/identifier/card.rules.ts';
import type { RoomName } from '../../subgraphs/shared/config.ts';
import type { Client } from '../support/client.ts';
import { startGraph, TRANSPORTS, type TestGraph } from '../support/graph.ts';

const document = (name: string) => readFileSync(join('schema', 'contract', 'pos', `${name}.graphql`), 'utf8');
const ENROLL = document('MemberEnroll');
const RECORD = document('PurchaseRecord');

const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

interface Enrolled {
  memberEnroll: {
    member: { id: string; cardNumber: string | null };
    existing: boolean;
    userErrors: { code: string }[];
  };
}
interface Recorded {
  purchaseRecord: {
    purchase: { id: string } | null;
    entries: { id: string; amount: number }[];
    member: { wallets: { available: number }[] } | null;
    replayed: boolean;
    userErrors: { code: string; field: string[] | null }[];
  };
}

const occurredAt = new Date(Date.now() - 3_600_000).toISOString();
const member = { kind: 'EMAIL', value: 'at.once@example.com' };
const sale = (receiptNumber: string, idempotencyKey: string, unitPrice = '10.00') => ({
  idempotencyKey,
  member,
  location: 'northside-london',
  terminal: 'till-1',
  receiptNumber,
  businessDate: occurredAt.slice(0, 10),
  occurredAt,
  currencyCode: 'GBP',
  lines: [{ number: 1, sku: 'mug', quantity: '1', unitPrice }],
});

describe.each(TRANSPORTS)('many times at once (%s)', (transport) => {
  let graph: TestGraph;
  beforeAll(async () => {
    graph = await startGraph({ transport });
    await till().ask(ENROLL, { input: { identifiers: [member] } });
    await graph.settle();
  });
  afterAll(() => graph?.close());

  const till = (location = 'northside-london') => graph.client(graph.till(location).key);
  const rows = async (room: RoomName, text: string, values: unknown[] = []) => {
    const { source } = graph.rooms[room].database.space('live');
    return source.query<Record<string, unknown>[]>(text, values);
  };
  const record = async (client: Client, input: object) =>
    (await client.ask<Recorded>(RECORD, { input })).purchaseRecord;
  /** What there is in points of a receipt, and of everything. */
  const recorded = async (receiptNumber: string) =>
    rows(
      'points',
      `select count(*)::int purchases, coalesce(sum(p.total), 0)::float total,
         (select count(*)::int from entry e where e.origin = any(array_agg(p.id))) entries
       from purchase p where receipt_number = $1`,
      [receiptNumber],
    );

  test('50 enrolments of one card by four tills make one member, who is new to one of them', async () => {
    const card = cardNumber('290', 123_456_789);
    const tills = ['northside-london', 'northside-leeds', 'harbour-dover', 'meadow-york'];
    const input = (index: number) => ({
      identifiers: [{ kind: 'CARD', value: card }],
      idempotencyKey: `card ${index}`,
    });

    const answers = await Promise.all(
      times(50).map((index) => till(tills[index % tills.length]).ask<Enrolled>(ENROLL, { input: input(index) })),
    );

    const payloads = answers.map(({ memberEnroll }) => memberEnroll);
    expect(payloads.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(payloads.map((payload) => payload.member.id)).size).toBe(1);
    expect(payloads.filter(({ existing }) => !existing)).toHaveLength(1);
    const kept = await rows(
      'members',
      `select i.value, (select count(*)::int from identifier where member_id = i.member_id) identifiers,
         (select count(*)::int from acquaintance where member_id = i.member_id) partners
       from identifier i where kind = 'CARD' and value = $1`,
      [card],
    );
    expect(kept).toEqual([{ value: card, identifiers: 1, partners: 3 }]);
    expect(await rows('members', 'select count(*)::int from member')).toEqual([{ count: 3 }]);
  });

  test('one purchase sent 20 times with one key is recorded once, and 20 times answered alike', async () => {
    const client = till();

    const answers = await Promise.all(times(20).map(() => record(client, sale('same-key', 'same-key'))));

    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(answers.map(({ purchase, entries }) => JSON.stringify([purchase, entries]))).size).toBe(1);
    expect(answers[0]!.entries.map(({ amount }) => amount)).toEqual([10]);
    expect(await recorded('same-key')).toEqual([{ purchases: 1, total: 10, entries: 1 }]);
  });

  test('one receipt sent 20 times by two tills with keys of their own is recorded once', async () => {
    const clients = [till(), till('northside-leeds')];

    const answers = await Promise.all(
      times(20).map((index) => record(clients[index % 2]!, sale('own-keys', `own key ${index}`))),
    );

    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(await recorded('own-keys')).toEqual([{ purchases: 1, total: 10, entries: 1 }]);
  });

  test('one receipt with 20 contents at once is recorded once, and the others are conflicts', async () => {
    const client = till();

    const answers = await Promise.all(
      times(20).map((index) => record(client, sale('contents', `content ${index}`, `${index + 1}.00`))),
    );

    const codes = answers.map(({ userErrors }) => userErrors[0]?.code ?? 'recorded').toSorted();
    expect(codes).toEqual([...times(19).map(() => 'RECEIPT_CONFLICT'), 'recorded']);
    expect(await recorded('contents')).toMatchObject([{ purchases: 1, entries: 1 }]);
  });

  test('a receipt that is recorded and comes again with other content is refused, and nothing changes', async () => {
    const before = await recorded('same-key');

    const other = await record(till(), sale('same-key', 'another key', '11.00'));
    const reused = await record(till(), sale('same-key', 'same-key', '11.00'));

    expect(other).toMatchObject({ purchase: null, entries: [], member: null, replayed: false });
    expect(other.userErrors).toMatchObject([{ code: 'RECEIPT_CONFLICT', field: ['receiptNumber'] }]);
    expect(reused).toMatchObject({ purchase: null, entries: [], member: null, replayed: false });
    expect(reused.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    expect(await recorded('same-key')).toEqual(before);
    const { ledgerVerify } = await graph
      .client(graph.keys.operator.key)
      .ask('{ ledgerVerify { intact walletCount entryCount } }');
    expect(ledgerVerify).toEqual({ intact: true, walletCount: 1, entryCount: 3 });
  });

  test('logs no fault on the way', () => {
    expect(graph.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});
