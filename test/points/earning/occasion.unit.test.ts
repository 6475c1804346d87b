// What is kept of a purchase, as rules see it.
import { describe, expect, test } from '@jest/globals';
import { Big } from 'big.js';
import fc from 'fast-check';
import { occasionOf, type StoredLine } from '../../../subgraphs/points/earning/occasion.rules.ts';
import { factsOf } from '../../../subgraphs/points/earning/occasion.rules.ts';
import { lineAmount, sum } from '../../../subgraphs/points/purchase/money.rules.ts';

const DECIMALS = 2;
const happened = { occurredAt: '2026-08-14T12:00:00.000000Z', timeZone: 'UTC', rate: '1', payments: [] };
const facts = factsOf({ ...happened, partner: null, channel: null, location: null, currency: 'GBP' });

const stored = (line: Partial<StoredLine> & { quantity: string; unitPrice: string; discount: string }): StoredLine => ({
  number: 1,
  sku: 'tea',
  category: null,
  brand: null,
  taxRate: null,
  amount: lineAmount(line, DECIMALS),
  returnedQuantity: '0',
  ...line,
});

const line = fc
  .record({ quantity: fc.integer({ min: 1, max: 9_999 }), price: fc.integer({ min: 0, max: 99_999 }), off: fc.nat(50) })
  .map(({ quantity, price, off }) => {
    const [amount, unitPrice] = [Big(quantity).div(1_000), Big(price).div(100)];
    const gross = lineAmount({ quantity: amount.toFixed(), unitPrice: unitPrice.toFixed(), discount: '0' }, DECIMALS);
    return stored({
      quantity: amount.toFixed(),
      unitPrice: unitPrice.toFixed(),
      discount: gross.times(off).div(100).round(DECIMALS).toFixed(),
    });
  });

const totalOf = (lines: StoredLine[]): Big => sum(lines.map(({ amount }) => Big(amount)));

describe('what is kept', () => {
  test('of a purchase of which nothing came back is the purchase', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const total = totalOf(lines);

        const occasion = occasionOf(facts, { lines, decimals: DECIMALS, total, returned: '0' });

        expect(occasion.lines.map((kept) => [kept.quantity, kept.gross, kept.amount].map(String))).toEqual(
          lines.map(({ quantity, amount, discount }) => [quantity, Big(amount).plus(discount), amount].map(String)),
        );
        expect(occasion.paid.eq(total) && occasion.kept.eq(total)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('of one that came back whole is no line and no money', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const back = lines.map((one) => ({ ...one, returnedQuantity: one.quantity }));
        const total = totalOf(lines);

        const occasion = occasionOf(facts, { lines: back, decimals: DECIMALS, total, returned: total });

        expect(occasion.lines).toEqual([]);
        expect(occasion.kept.eq(0)).toBe(true);
        expect(occasion.paid.eq(total)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('of a line is its part, before and after its discount, to the smallest unit', () => {
    const tea = stored({ quantity: '3', unitPrice: '3.335', discount: '1', taxRate: '20', returnedQuantity: '1' });

    const [kept] = occasionOf(facts, { lines: [tea], decimals: DECIMALS, total: '9.01', returned: '3.00' }).lines;

    expect([kept!.quantity, kept!.gross, kept!.amount, kept!.taxRate].map(String)).toEqual(['2', '6.67', '6.01', '20']);
  });
});
