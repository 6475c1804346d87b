// Random receipts as tills send them, and random programmes as files that a room opens with.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import type { TestRoom } from '../../support/room.ts';
import { checkLedger, openPoints } from '../room.ts';
import { documents } from './arbitrary.ts';
import { WORDS } from './rule.ts';

const oneOf = <T>(...of: T[]) => fc.constantFrom(...of);

/** As much of a purchase's input as rules look at. */
export interface Receipt {
  lines: { number: number; quantity: string }[];
  location: string;
  businessDate: string;
  occurredAt: string;
  currencyCode: string;
  paymentMethods: string[];
}

export const receipts: Arbitrary<Receipt> = fc
  .record({
    lines: fc.array(
      fc.record({
        sku: oneOf(...WORDS.sku),
        category: oneOf(...WORDS.category, null),
        brand: oneOf(...WORDS.brand, null),
        quantity: oneOf('1', '2', '0.5', '1.25'),
        unitPrice: oneOf('10', '19.99', '60'),
        discount: oneOf('0', '0', '0.99'),
        taxRate: oneOf(null, '20'),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    location: oneOf(...WORDS.location),
    businessDate: oneOf(...WORDS.day.slice(0, 2)),
    time: oneOf('06:30', '10:00', '19:59'),
    currencyCode: oneOf('GBP', 'EUR'),
    paymentMethods: fc.subarray(WORDS.payment),
  })
  .map(({ lines, time, ...rest }) => ({
    ...rest,
    occurredAt: `${rest.businessDate}T${time}:00.000Z`,
    lines: lines.map((line, index) => ({ number: index + 1, ...line })),
  }));

/** Gives points for whatever is bought, and for each step of the ladder. */
const ALWAYS = {
  code: 'always',
  combine: 'sum',
  rounding: 'floor',
  rules: [
    { code: 'per-pound', currency: 'points', give: { perAmount: { points: 1, each: '1' } } },
    { code: 'reached', on: 'tier', currency: 'miles', give: { fixed: { points: 70 } } },
  ],
};

export const openable = documents({ baseCurrency: fc.constant('GBP') }).map((document) => {
  const { points, ...rest } = document as { points: { earning: object[] } };
  return { ...rest, points: { ...points, earning: [...points.earning, ALWAYS] } };
});

/** Plays in a room of that programme, and looks whether its ledger is whole. */
export async function playing(document: object, play: (points: TestRoom) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'loyalty-earning-'));
  const file = join(folder, 'programme.yaml');
  writeFileSync(file, JSON.stringify(document));
  const points = await openPoints(file);
  try {
    await play(points);
    await checkLedger(points);
  } finally {
    await points.close();
    rmSync(folder, { recursive: true });
  }
}
