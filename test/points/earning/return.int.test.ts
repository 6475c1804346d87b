// What comes back takes back the same points, in whatever parts and whatever order.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { northTill, payload, RECORD, RETURN, sale, takeBack } from '../room.ts';
import { openable, playing, receipts, type Receipt } from './receipt.ts';

/** What members have in common, so that who bought makes no difference. */
const alike = openable.map(
  (document) =>
    JSON.parse(
      JSON.stringify(document, (key, value: unknown) => (key === 'budget' ? undefined : key === 'odds' ? '1' : value)),
    ) as object,
);

const errorsOf = async (answer: ReturnType<TestRoom['ask']>) => (await payload(answer)).userErrors;

/** What a new member has, and which tier, after each return of its second purchase. */
async function buyAndReturn(points: TestRoom, before: Receipt, receipt: Receipt, backs: object[]) {
  const member = newId();
  expect(await errorsOf(points.ask(northTill, RECORD, { input: sale(member, [], { ...before }) }))).toEqual([]);
  const { purchase } = await payload(points.ask(northTill, RECORD, { input: sale(member, [], { ...receipt }) }));
  const stands = [];
  for (const back of backs) {
    const input = takeBack({ purchase: { id: purchase.id }, occurredAt: receipt.occurredAt, ...back });
    const { userErrors, member: after } = await payload(points.ask(northTill, RETURN, { input }));
    expect(userErrors).toEqual([]);
    const [nets] = await points.query<{ nets: object }>(
      `select jsonb_object_agg(currency, pending + available - deficit) nets from wallet where member_id = $1`,
      [member],
    );
    stands.push({ ...nets, tier: after.tier });
  }
  return stands;
}

test('a purchase that comes back in parts, in any order, leaves what is kept its points, and ends where one whole return ends', async () => {
  const ways = receipts
    .filter(({ lines }) => lines.length > 1)
    .chain((receipt) => {
      const parts = receipt.lines.map(({ number, quantity }) => ({ lines: [{ number, quantity }] }));
      return fc.record({
        receipt: fc.constant(receipt),
        parts: fc.constant(parts),
        order: fc
          .shuffledSubarray(parts.slice(0, -1), { minLength: parts.length - 1 })
          .map((first) => [...first, parts.at(-1)!]),
      });
    });

  await fc.assert(
    fc.asyncProperty(alike, receipts, fc.array(ways, { minLength: 3, maxLength: 3 }), async (document, before, cases) =>
      playing(document, async (points) => {
        for (const { receipt, parts, order } of cases) {
          const [one, other, whole] = await Promise.all([
            buyAndReturn(points, before, receipt, parts),
            buyAndReturn(points, before, receipt, order),
            buyAndReturn(points, before, receipt, [{ amount: '1.5' }, { whole: true }]),
          ]);

          expect(other.at(-2)).toEqual(one.at(-2));
          expect([one.at(-1), other.at(-1)]).toEqual([whole.at(-1), whole.at(-1)]);
        }
      }),
    ),
    { numRuns: 3, endOnFailure: true },
  );
});
