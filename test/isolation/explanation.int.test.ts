// P5 inside an explanation: why a rule gave nothing is told to whoever sees the entry or the quote; which segments a member
// is in, and what it did at other brands, is not. And what levels give is of the partner that led to them.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { encodeId, newId } from '../../subgraphs/shared/id.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { harbourTill, NORTH, northTill, openPoints, payload, RECORD, RETURN, sale, takeBack } from '../points/room.ts';
import type { TestRoom } from '../support/room.ts';
import { member as memberViewer, operator, partner } from '../support/viewer.ts';

let points: TestRoom;
beforeAll(async () => {
  points = await openPoints('test/isolation/explanation.yaml');
});
afterAll(() => points.close());

const STEPS = 'explanation { steps { rule actual reason summary } }';
const ENTRIES = `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on LedgerEntry { id ${STEPS} } } }`;
const QUOTE = `query ($input: PurchaseQuoteInput!) { purchaseQuote(input: $input) { ${STEPS} } }`;
const EVENT = `mutation ($input: EventRecordInput!) { eventRecord(input: $input) {
  event { ${STEPS} } entries { id amount } userErrors { code } } }`;

interface Explained {
  explanation: { steps: { rule: string; actual: string | null; reason: string | null; summary: string }[] };
}

const now = () => ({ occurredAt: new Date().toISOString() });
const bought = (who: string, over: object = {}) =>
  sale(who, [{ sku: 'tea', unitPrice: '100' }], { ...now(), currencyCode: 'EUR', ...over });
let counter = 0;
const event = (type: string, who: string, viewer: Viewer) => {
  counter += 1;
  const input = { idempotencyKey: `event-${counter}`, memberId: encodeId('mbr', who), type, ...now() };
  return payload(points.ask(viewer, EVENT, { input }));
};
const idsOf = ({ entries }: { entries: { id: string }[] }) => entries.map(({ id }) => id);
const entriesFor = (viewer: Viewer, ids: string[]): Promise<(Explained | null)[]> =>
  payload(points.ask(viewer, ENTRIES, { keys: ids.map((id) => ({ __typename: 'LedgerEntry', id })) }));

test('what a rule found out about the member is for the member and operators', async () => {
  const who = newId();
  const told = { memberId: who, status: 'ACTIVE' as const, earningBlocked: false, spendingBlocked: false };
  const changed = { id: newId(), name: 'member.changed' as const, aggregate: who, sequence: 1 };
  await points.room.receive('live', [{ ...changed, payload: { ...told, segments: ['night-owls'] } }], 'members');
  await payload(points.ask(harbourTill, RECORD, { input: bought(who, { location: 'harbour' }) }));
  const [id] = idsOf(await payload(points.ask(northTill, RECORD, { input: bought(who) })));
  await event('hello', who, harbourTill);
  const { idempotencyKey: _, receiptNumber: __, businessDate: ___, ...quoted } = bought(who);

  const found = async (viewer: Viewer): Promise<Explained[]> => {
    const [entry] = await entriesFor(viewer, [id!]);
    if (viewer.kind === 'member') return [entry!];
    return [
      entry!,
      await payload(points.ask(viewer, QUOTE, { input: quoted })),
      (await event('hello', who, viewer)).event,
    ];
  };
  const whyNot = (all: Explained[]) =>
    all.map(({ explanation: { steps } }) =>
      steps.flatMap(({ reason, actual }) => (reason === null ? [] : [[reason, actual]])),
    );
  const nothing = [
    ['segments', null],
    ['campaign-target', null],
    ['firstPurchase', null],
    ['nthPurchase', null],
  ];
  const everything = (number: string) => [
    ['segments', 'night-owls'],
    ['campaign-target', 'night-owls'],
    ['firstPurchase', number],
    ['nthPurchase', number],
  ];

  for (const viewer of [northTill, partner(NORTH)]) {
    const seen = await found(viewer);
    expect(whyNot(seen)).toEqual([nothing, nothing, [['cooldown', null]]]);
    expect(JSON.stringify(seen)).not.toMatch(/night-owls|; it was/);
  }
  expect(whyNot(await found(memberViewer(who)))).toEqual([everything('2')]);
  expect(whyNot(await found(operator))).toEqual([
    everything('2'),
    everything('3'),
    [['cooldown', expect.stringMatching(/Z$/)]],
  ]);
});

test('what levels gave, and lost, is of the partner that led to it, however many levels', async () => {
  const [joiner, buyer] = [newId(), newId()];
  const joined = await event('joined', joiner, northTill);
  const purchase = await payload(points.ask(harbourTill, RECORD, { input: bought(buyer, { location: 'harbour' }) }));
  const back = takeBack({ ...now(), purchase: { id: purchase.purchase.id }, whole: true, location: 'harbour' });
  const returned = await payload(points.ask(harbourTill, RETURN, { input: back }));
  const [atNorth, atHarbour] = [idsOf(joined), [...idsOf(purchase), ...idsOf(returned)]];

  const north = await entriesFor(northTill, [...atNorth, ...atHarbour]);
  const harbour = await entriesFor(harbourTill, [...atNorth, ...atHarbour]);

  expect([atNorth.length, atHarbour.length]).toEqual([3, 6]);
  expect(north.map((entry) => entry !== null)).toEqual([...atNorth.map(() => true), ...atHarbour.map(() => false)]);
  expect(harbour.map((entry) => entry !== null)).toEqual([...atNorth.map(() => false), ...atHarbour.map(() => true)]);
});
