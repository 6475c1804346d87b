import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { poolShares } from '../../../subgraphs/points/ledger/pool.rules.ts';

const has = new Map([
  ['ann', 50],
  ['bob', 30],
]);

describe('what a pool spends', () => {
  test.each([
    [
      'from the first as long as it has',
      50,
      [
        ['ann', null],
        ['bob', null],
      ],
      [['ann', 50]],
    ],
    [
      'then from the next',
      70,
      [
        ['ann', null],
        ['bob', null],
      ],
      [
        ['ann', 50],
        ['bob', 20],
      ],
    ],
    [
      'up to what each may give',
      40,
      [
        ['ann', 15],
        ['bob', null],
      ],
      [
        ['ann', 15],
        ['bob', 25],
      ],
    ],
    [
      'from none that has nothing',
      20,
      [
        ['eve', null],
        ['bob', null],
      ],
      [['bob', 20]],
    ],
    [
      'from none that may give nothing',
      20,
      [
        ['ann', 0],
        ['bob', null],
      ],
      [['bob', 20]],
    ],
    [
      'whole or not at all',
      81,
      [
        ['ann', null],
        ['bob', null],
      ],
      null,
    ],
    [
      'not beyond limits',
      46,
      [
        ['ann', 15],
        ['bob', null],
      ],
      null,
    ],
  ] as [string, number, [string, number | null][], [string, number][] | null][])(
    'is taken %s',
    (_, amount, parts, shares) => {
      expect(
        poolShares(
          amount,
          parts.map(([member, max]) => ({ member, max })),
          has,
        ),
      ).toEqual(shares?.map(([member, share]) => ({ member, amount: share })) ?? null);
    },
  );

  test('is what one point after the other would take', () => {
    const parts = fc.array(fc.record({ has: fc.nat(9), max: fc.option(fc.nat(9)) }), { maxLength: 5 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), parts, (amount, drawn) => {
        const members = drawn.map(({ max }, index) => ({ member: String(index), max }));
        const available = new Map(drawn.map((part, index) => [String(index), part.has]));
        const given = drawn.map(() => 0);
        let left = amount;
        for (; left > 0; left -= 1) {
          const next = drawn.findIndex((part, index) => given[index]! < Math.min(part.has, part.max ?? part.has));
          if (next === -1) break;
          given[next]! += 1;
        }

        const expected = given.flatMap((share, index) =>
          share === 0 ? [] : [{ member: String(index), amount: share }],
        );
        expect(poolShares(amount, members, available)).toEqual(left === 0 ? expected : null);
      }),
    );
  });
});
