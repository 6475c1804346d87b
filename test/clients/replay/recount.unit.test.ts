import { describe, expect, it } from '@jest/globals';
import { Big } from 'big.js';
import fc from 'fast-check';
import type { Invoice, Line } from '../../../clients/replay/invoice.ts';
import { Recount, tierOf } from '../../../clients/replay/recount.ts';
import { keptPence, pointsOf, ShopLedger } from './shop-ledger.ts';

const NONE = { refused: new Set<string>(), rate: '1' };
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
    });

    expect(memberOf(recount)).toEqual({ points: 8, spend: '8.60' });
  });

  it.each([
    ['99.99', 'member'],
    ['100', 'bronze'],
    ['500', 'silver'],
    ['999.99', 'silver'],
    ['1000', 'gold'],
  ])('puts a spend of %s at %s', (spend, tier) => {
    expect(tierOf(Big(spend))).toBe(tier);
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
