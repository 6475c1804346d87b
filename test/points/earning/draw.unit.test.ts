// Draws of surprises.
import { expect, test } from '@jest/globals';
import { draw } from '../../../subgraphs/points/earning/draw.service.ts';

const SEED = Buffer.from('a seed of the tests');

test('a draw is decided by seed, member, rule and number, and by nothing else', () => {
  const first = draw(SEED, 'member', 'rule', 1);

  expect(draw(Buffer.from(SEED), 'member', 'rule', 1)).toBe(first);
  expect(first).toBe('0.464987472');
  const others = [
    draw(Buffer.from('b'), 'member', 'rule', 1),
    draw(SEED, 'other', 'rule', 1),
    draw(SEED, 'member', 'other', 1),
    draw(SEED, 'member', 'rule', 2),
  ];
  expect(new Set([first, ...others]).size).toBe(5);
});

test('draws are decimals from 0, below 1, with 9 digits, and evenly spread', () => {
  const bins = Array.from({ length: 100 }, () => 0);
  const count = 20_000;

  const draws = Array.from({ length: count }, (_, n) => draw(SEED, `member-${n % 50}`, 'rule', n));
  for (const one of draws) bins[Math.floor(Number(one) * bins.length)]! += 1;

  expect(draws.every((one) => /^0\.\d{9}$/.test(one))).toBe(true);
  const expected = count / bins.length;
  const chiSquare = bins.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  // 99 degrees of freedom: 0.1 % and 99.9 %.
  expect(chiSquare).toBeGreaterThan(61.1);
  expect(chiSquare).toBeLessThan(148.2);
});
