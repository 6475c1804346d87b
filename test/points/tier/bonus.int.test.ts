// What levels give, and what takes it back: later versions, other rooms, points that wait.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../../subgraphs/shared/id.ts';
import { roomViewer } from '../../support/viewer.ts';
import { checkInvariants } from '../ledger/invariant.ts';
import { payload, RECORD, sale } from '../room.ts';
import { openLadder, till, type Ladder } from './room.ts';

const EVENT = `mutation ($input: EventRecordInput!) { eventRecord(input: $input) { entries { id kind amount } userErrors { code } } }`;
const REVERSE = `mutation ($input: PointsReverseInput!) { pointsReverse(input: $input) { entry { id } userErrors { code } } }`;
const AT = '2031-01-15T10:00:00Z';

let ladder: Ladder;
beforeAll(async () => {
  ladder = await openLadder('test/points/tier/bonus.yaml');
  await ladder.at('2031-01-20T12:00:00Z');
});
afterAll(async () => {
  await checkInvariants(ladder.points.room.database.space('sandbox').source, null);
  await ladder.close();
});

const record = (input: object) => payload(ladder.points.ask(till, RECORD, { input }));
const steps = async (member: string) => (await ladder.moves(member)).map(({ from, to }) => `${from} → ${to}`);

/** The programme in force from now on. */
const change = (edit: (document: Document) => Partial<Document>) =>
  ladder
    .rows<{ version: number; document: Document }>('select version, document from programme order by version desc')
    .then(([{ version, document } = { version: 0, document: { earning: [], campaigns: [] } }]) =>
      ladder.rows('insert into programme (version, document) values ($1, $2)', [
        version + 1,
        JSON.stringify({ ...document, ...edit(document) }),
      ]),
    );
interface Document {
  earning: { code: string }[];
  campaigns: object[];
}

test('a bonus counts on the day on which it becomes usable, not on that of a late purchase that led to it', async () => {
  const member = newId();
  await ladder.buy(member, 600, AT);

  const late = await ladder.buy(member, 1000, '2030-12-25T10:00:00Z');

  expect(late.member.tier.code).toBe('gold');
  expect(await steps(member)).toEqual(['member → silver', 'silver → gold']);
});

test('a receipt that is sent again under another key is answered with what it led to', async () => {
  const dated = { occurredAt: AT, businessDate: '2031-01-15' };
  const input = sale(newId(), [{ sku: 'thing', unitPrice: '1000' }], dated);
  const first = await record({ ...input, idempotencyKey: newId() });

  const again = await record({ ...input, idempotencyKey: newId() });

  expect(first.entries).toMatchObject([{ amount: 1000 }, { amount: 500 }]);
  expect(again).toEqual({ ...first, replayed: true });
});

test('another room reverses nothing that a return, a level or an event gave', async () => {
  const member = newId();
  const { purchase, entries: small } = await ladder.buy(member, 30, AT);
  const { entries: more } = await ladder.giveBack(purchase, { amount: '25' }, AT);
  const { entries: large } = await ladder.buy(member, 1000, AT);
  const greeting = { idempotencyKey: newId(), type: 'hello', occurredAt: AT };
  const { entries: greeted } = await payload(
    ladder.points.ask(till, EVENT, { input: { ...greeting, member: { kind: 'EXTERNAL', value: member } } }),
  );

  const given = [...small, ...more, ...large, ...greeted].filter(({ kind }) => kind === 'EARN');
  expect(given.map(({ amount }) => amount)).toEqual([30, 15, 1000, 500, 3]);
  for (const { id: entryId } of given) {
    const input = { idempotencyKey: newId(), entryId };
    const { userErrors } = await payload(ladder.points.ask(roomViewer('rewards', 'sandbox'), REVERSE, { input }));
    expect(userErrors).toEqual([{ code: 'ENTRY_NOT_REVERSIBLE' }]);
  }
});

test('a return undoes a bonus, its cap and its budget too, though a later version has neither rule nor campaign', async () => {
  const member = newId();
  const used = async () => [
    await ladder.rows(`select points, points_max from budget where account = 'newcomers'`),
    await ladder.rows('select cap, used from cap_use where member_id = $1', [member]),
  ];
  const [before] = await used();
  const { purchase } = await ladder.buy(member, 1000, AT);
  expect(await ladder.rows('select pending from wallet where member_id = $1', [member])).toEqual([{ pending: 500 }]);
  await change(({ earning }) => ({ campaigns: [], earning: earning.filter(({ code }) => code !== 'gifts') }));

  await ladder.giveBack(purchase, { whole: true }, AT);

  expect(await ladder.rows('select pending, available, deficit from wallet where member_id = $1', [member])).toEqual([
    { pending: 0, available: 0, deficit: 0 },
  ]);
  expect(await used()).toEqual([before, [{ cap: 'gifts', used: 0 }]]);
});
