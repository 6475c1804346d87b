import { describe, expect, it } from '@jest/globals';
import { generate } from '../../../clients/replay/generate.ts';
import { Recount } from '../../../clients/replay/recount.ts';

const OPTIONS = { members: 40, days: 20, seed: 7 };

describe('made-up sales', () => {
  it('are the same for the same seed and others for another', () => {
    expect(generate(OPTIONS)).toEqual(generate(OPTIONS));
    expect(generate({ ...OPTIONS, seed: 8 }).invoices).not.toEqual(generate(OPTIONS).invoices);
    expect(generate({ ...OPTIONS, seed: 8 }).hash).not.toBe(generate(OPTIONS).hash);
  });

  it('return at least a tenth, with receipt and without, whole and in part', () => {
    const { invoices } = generate(OPTIONS);
    const purchases = new Map(invoices.filter(({ kind }) => kind === 'PURCHASE').map((each) => [each.number, each]));
    const returns = invoices.filter(({ kind }) => kind === 'RETURN');
    const kinds = new Set(
      returns.map(({ number, receipt, lines }) => {
        const whole = lines.length === purchases.get(number.slice(1))!.lines.length;
        return `${receipt === undefined ? 'without' : 'with'} ${whole ? 'whole' : 'part'}`;
      }),
    );

    expect(returns.length).toBeGreaterThanOrEqual(purchases.size / 10);
    expect([...kinds].toSorted()).toEqual(['with part', 'with whole', 'without part', 'without whole']);
  });

  it('return only after the sale, and only what can be returned', () => {
    const { invoices, rows } = generate(OPTIONS);
    const walls = new Map(invoices.map(({ number, wall }) => [number, wall]));
    const returns = invoices.filter(({ kind }) => kind === 'RETURN');

    const { returned } = new Recount(invoices, { refused: new Set(), rate: '1', rule: null });

    for (const { number, wall, lines } of returns) {
      expect(wall).toBeGreaterThan(walls.get(number.slice(1))!);
      expect(returned.get(number)).toEqual(lines.map((line) => line.quantity));
    }
    expect(rows).toBe(invoices.flatMap((invoice) => invoice.lines).length);
  });
});
