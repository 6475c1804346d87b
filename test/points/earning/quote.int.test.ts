// A quote is what recording answers, whatever the programme and whatever happened before.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { northTill, payload, RECORD, RETURN, sale, takeBack } from '../room.ts';
import { openable, playing, receipts, type Receipt } from './receipt.ts';

const QUOTE = `query ($input: PurchaseQuoteInput!) { purchaseQuote(input: $input) {
  earned { amount state activatesAt expiresAt currency { code } } tierAfter { code }
  explanation { steps { rule applied required actual amount reason } } } }`;
const RECORDED = RECORD.replace('lot {', 'lots { amount state activatesAt expiresAt } lot {');

interface Turn {
  member: number;
  receipt: Receipt;
  /** Comes back afterwards: whole, by an amount, or not. */
  back: object | null;
}

const turns = fc.array(
  fc.record<Turn>({
    member: fc.nat(1),
    receipt: receipts,
    back: fc.constantFrom(null, null, null, { whole: true }, { amount: '1.5' }),
  }),
  { minLength: 16, maxLength: 16 },
);

const byText = (all: object[]): string[] => all.map((one) => JSON.stringify(one)).toSorted();

interface Entry {
  currency: { code: string };
  lots: object[];
  explanation: { steps: { applied: boolean }[] };
}

async function play(points: TestRoom, member: string, { receipt, back }: Turn): Promise<void> {
  const { idempotencyKey, receiptNumber, businessDate, ...bought } = sale(member, [], { ...receipt });
  const { earned, tierAfter, explanation } = await payload(points.ask(northTill, QUOTE, { input: bought }));

  const input = { idempotencyKey, receiptNumber, businessDate, ...bought };
  const recorded = await payload(points.ask(northTill, RECORDED, { input }));

  expect(recorded.userErrors).toEqual([]);
  const entries: Entry[] = recorded.entries;
  const lots = entries.flatMap(({ currency, lots: made }) => made.map((lot) => ({ ...lot, currency })));
  expect(byText(earned)).toEqual(byText(lots));
  expect(tierAfter).toEqual(recorded.member.tier);
  const steps = entries.flatMap((entry) => entry.explanation.steps);
  expect(byText(explanation.steps)).toEqual(expect.arrayContaining(byText(steps)));
  if (back === null) return;
  const { purchase } = recorded;
  const { occurredAt } = receipt;
  const returned = takeBack({ purchase: { id: purchase.id }, ...back, occurredAt });
  expect((await payload(points.ask(northTill, RETURN, { input: returned }))).userErrors).toEqual([]);
}

test('a quote gives what recording then gives, lot by lot, with the tier and its bonus, after whatever happened', async () => {
  await fc.assert(
    fc.asyncProperty(openable, turns, async (document, story) => {
      const members = [newId(), newId()];

      await playing(document, async (points) => {
        for (const turn of story) await play(points, members[turn.member]!, turn);
      });
    }),
    { numRuns: 3, endOnFailure: true },
  );
});
