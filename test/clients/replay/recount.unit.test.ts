import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Invoice, Line } from '../../../clients/replay/invoice.ts';
import { Recount } from '../../../clients/replay/recount.ts';
import type { PlainRule } from '../../../clients/replay/programme.ts';
import { keptPence, pointsOf, ShopLedger } from './shop-ledger.ts';

const rule: PlainRule = { currency: 'points', points: 1, each: '1', whole: true, rounding: 'floor' };
const NONE = { refused: new Set<string>(), rate: '1', rule };
const line = (sku: string, quantity: number | string, unitPrice: string): Line => ({
  sku,
  name: null,
  quantity: String(quantity),
  unitPrice,
});
const invoice = (number: string, lines: Line[], rest: Partial<Invoice> = {}): Invoice => ({
  number,
  kind: number.startsWith('C') ? 'RETURN' : 'PURCHASE',
  customer: '1',
  wall: 0,
  lines,
  ...rest,
});
const memberOf = (recount: Recount, customer = '1') => {
  const { points, spend } = recount.member(customer);
  return { points, spend: spend.toFixed(2) };
};

describe('the recount', () => {
  it('gives a point for each whole pound of each purchase, not of their sum', () => {
    const recount = new Recount([invoice('1', [line('A', 1, '1.60')]), invoice('2', [line('A', 1, '2.60')])], NONE);

    expect(memberOf(recount)).toEqual({ points: 3, spend: '4.20' });
  });

  it('takes back from sales at the same price first, then the latest, in part', () => {
    const recount = new Recount(
      [
        invoice('1', [line('A', 2, '5.00')]),
        invoice('2', [line('A', 2, '3.00')]),
        invoice('3', [line('A', 1, '4.00')]),
        invoice('C4', [line('A', 4, '5.00')]),
      ],
      NONE,
    );

    expect(recount.returned.get('C4')).toEqual(['4']);
    expect([...recount.purchases.values()].map((purchase) => purchase.kept.toFixed(2))).toEqual([
      '0.00',
      '3.00',
      '0.00',
    ]);
    expect(recount.points.get('C4')).toBe(-17);
    expect(memberOf(recount)).toEqual({ points: 3, spend: '3.00' });
  });

  it('leaves what matches no earlier sale of the member, and what is anonymous', () => {
    const recount = new Recount(
      [
        invoice('C0', [line('A', 1, '5.00')]),
        invoice('1', [line('A', 1, '5.00')]),
        invoice('2', [line('B', 9, '9.00')], { customer: null }),
        invoice('C3', [line('A', 3, '5.00'), line('B', 1, '9.00')]),
      ],
      NONE,
    );

    expect(recount.returned.get('C0')).toEqual(['0']);
    expect(recount.returned.get('C3')).toEqual(['1', '0']);
    expect(memberOf(recount)).toEqual({ points: 0, spend: '0.00' });
    expect(recount.points.get('2')).toBe(0);
  });

  it('rounds what is kept of a line half up', () => {
    const recount = new Recount(
      [invoice('1', [line('A', 3, '0.335')]), invoice('C2', [line('A', '1.5', '0.335')])],
      NONE,
    );

    expect(memberOf(recount)).toEqual({ points: 0, spend: '0.51' });
  });

  it('follows a receipt to its own line', () => {
    const recount = new Recount(
      [
        invoice('1', [line('A', 2, '5.00'), line('A', 2, '7.00')]),
        invoice('2', [line('A', 2, '7.00')]),
        invoice('C3', [{ ...line('A', 1, '7.00'), returns: 2 }], { receipt: { number: '1', whole: false } }),
      ],
      NONE,
    );

    expect(memberOf(recount)).toEqual({ points: 31, spend: '31.00' });
    expect(recount.points.get('C3')).toBe(-7);
  });

  it('leaves out what the server refused, and converts another currency', () => {
    const recount = new Recount([invoice('1', [line('A', 1, '10.00')]), invoice('2', [line('A', 1, '99.00')])], {
      refused: new Set(['2']),
      rate: '0.86',
      rule,
    });

    expect(memberOf(recount)).toEqual({ points: 8, spend: '8.60' });
  });

  it.each([
    [{ whole: false, rounding: 'floor' }, 2],
    [{ whole: false, rounding: 'half-up' }, 3],
    [{ whole: false, rounding: 'half-even' }, 2],
    [{ whole: false, rounding: 'floor', points: 3 }, 7],
    [{ whole: true, points: 3 }, 6],
  ] as const)('counts as the rule says: %j', (over, points) => {
    const counted = new Recount([invoice('1', [line('A', 1, '5.00')])], {
      ...NONE,
      rule: { ...rule, each: '2', ...over },
    });

    expect(counted.points.get('1')).toBe(points);
  });

  it('counts no points when no plain rule gives them', () => {
    expect(memberOf(new Recount([invoice('1', [line('A', 1, '5.00')])], { ...NONE, rule: null }))).toEqual({
      points: 0,
      spend: '5.00',
    });
  });

  it('agrees with a ledger that counts unit by unit, whatever is bought and returned', () => {
    const item = fc.record({
      sku: fc.constantFrom('A', 'B'),
      quantity: fc.integer({ min: 1, max: 4 }),
      price: fc.constantFrom('0.35', '1.00', '2.45', '0.00'),
    });
    const step = fc.record({
      back: fc.boolean(),
      customer: fc.constantFrom('1', '2'),
      items: fc.array(item, { minLength: 1, maxLength: 4 }),
    });

    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const shop = new ShopLedger();
        const invoices = steps.map(({ back, customer, items }, index) =>
          invoice(
            `${back ? 'C' : ''}${index}`,
            items.map(({ sku, quantity, price }) => line(sku, quantity, price)),
            { customer },
          ),
        );

        const recount = new Recount(invoices, NONE);
        const returned = steps.map(({ back, customer, items }, index) => {
          const at = String(index).padStart(2, '0');
          if (!back) return shop.buy(String(index), customer, at, items) && undefined;
          return items.map(({ sku, quantity, price }) => String(shop.giveBack(customer, at, sku, quantity, price)));
        });

        steps.forEach(({ back }, index) => back && expect(recount.returned.get(`C${index}`)).toEqual(returned[index]));
        for (const purchase of shop.purchases) {
          const counted = recount.purchases.get(purchase.id)!;
          expect([counted.points, counted.kept.times(100).toNumber()]).toEqual([
            pointsOf(purchase),
            keptPence(purchase),
          ]);
        }
        for (const customer of ['1', '2']) expect(recount.member(customer).points).toBe(shop.pointsOfMember(customer));
      }),
    );
  });
});
