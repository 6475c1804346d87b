import { describe, expect, test } from '@jest/globals';
import { baskets } from '../../bench/earning/basket.ts';
import { HOLD, programmeOf } from '../../bench/earning/programme.ts';
import { compile } from '../../subgraphs/points/earning/book.rules.ts';
import { evaluate } from '../../subgraphs/points/earning/evaluate.rules.ts';

const grants = (rules: number) =>
  baskets(8).map((basket) => evaluate(compile(programmeOf(rules)), basket, {}).grants.flatMap(({ parts }) => parts));

describe('the programmes of the benchmark', () => {
  test.each([10, 200, 1_000])('of %i have as many rules', (rules) => {
    expect(programmeOf(rules).earning.flatMap((set) => set.rules)).toHaveLength(rules);
  });

  test('have ten rules that hold for a basket, and the others change nothing', () => {
    const few = grants(10);

    for (const parts of few) expect(parts).toHaveLength(HOLD);
    expect(grants(200)).toEqual(few);
  });
});
