import { describe, expect, it } from '@jest/globals';
import type { Invoice } from '../../../clients/replay/invoice.ts';
import { itemOf, planned, type ItemOptions } from '../../../clients/replay/plan.ts';

const LINES = [
  { sku: 'A', name: 'Ant', quantity: '2', unitPrice: '1.5' },
  { sku: 'B', name: null, quantity: '1', unitPrice: '0' },
];
const invoice = (number: string, rest: Partial<Invoice> = {}): Invoice => ({
  number,
  kind: number.startsWith('C') ? 'RETURN' : 'PURCHASE',
  customer: null,
  wall: 0,
  lines: LINES,
  ...rest,
});
const moment = { occurredAt: '2026-01-02T03:04:05.000Z', businessDate: '2026-01-02' };
const plan = (...invoices: Invoice[]) =>
  planned(
    invoices,
    invoices.map(() => moment),
    3,
  );
const itemsOf = (...invoices: Invoice[]) => {
  const plans = plan(...invoices);
  const options: ItemOptions = {
    hash: '0123456789abcdef',
    currency: 'GBP',
    tills: ['till-1', 'till-2', 'till-3'].map((terminal) => ({ location: 'shop', terminal })),
    receipts: new Map(plans.map((each) => [each.invoice.number, each])),
  };
  return plans.map((each) => itemOf(each, options));
};

describe('the plan', () => {
  it('gives all invoices of a member to one till, and a return by receipt to the till of its purchase', () => {
    const numbers = Array.from({ length: 30 }, (_, index) => String(index));
    const byMember = plan(...numbers.map((number) => invoice(number, { customer: '77' })));
    const anonymous = plan(...numbers.map((number) => invoice(number)));
    const returns = plan(...numbers.map((number) => invoice(`C${number}`, { receipt: { number, whole: true } })));

    expect(new Set(byMember.map((each) => each.till)).size).toBe(1);
    expect(new Set(anonymous.map((each) => each.till))).toEqual(new Set([0, 1, 2]));
    expect(returns.map((each) => each.till)).toEqual(anonymous.map((each) => each.till));
  });

  it('writes a purchase as a till does, with a key of the source and the invoice', () => {
    expect(itemsOf(invoice('900 1', { customer: '77' }))).toEqual([
      {
        purchase: {
          idempotencyKey: 'replay:0123456789ab:900%201',
          location: 'shop',
          terminal: expect.stringMatching(/^till-[123]$/),
          receiptNumber: '900 1',
          ...moment,
          member: { kind: 'EXTERNAL', value: '77' },
          currencyCode: 'GBP',
          lines: [
            { number: 1, sku: 'A', name: 'Ant', quantity: '2', unitPrice: '1.5' },
            { number: 2, sku: 'B', name: null, quantity: '1', unitPrice: '0' },
          ],
        },
      },
    ]);
  });

  it('names the member in a return without a receipt, and the purchase in one with it', () => {
    const [, without, part, whole] = itemsOf(
      invoice('1', { customer: '77' }),
      invoice('C2', { customer: '77' }),
      invoice('C3', { customer: '77', lines: [{ ...LINES[0]!, returns: 2 }], receipt: { number: '1', whole: false } }),
      invoice('C4', { customer: '77', receipt: { number: '1', whole: true } }),
    );
    const purchase = { location: 'shop', receiptNumber: '1', businessDate: '2026-01-02' };

    expect(without).toMatchObject({
      return: {
        member: { kind: 'EXTERNAL', value: '77' },
        lines: [
          { sku: 'A', quantity: '2', unitPrice: '1.5' },
          { sku: 'B', quantity: '1', unitPrice: '0' },
        ],
      },
    });
    expect(part).toMatchObject({ return: { purchase, lines: [{ number: 2, quantity: '2' }] } });
    expect(whole).toMatchObject({ return: { purchase, whole: true } });
  });
});
