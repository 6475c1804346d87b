// Purchases of 20 lines on a Wednesday evening, of a gold member, online. They differ in what things cost and how many.
import { Big } from 'big.js';
import type { Facts, Line, Occasion } from '../../subgraphs/points/earning/facts.rules.ts';

const LINES = 20;
const CATEGORIES = ['coffee', 'tea', 'gifts', 'books', 'garden'];
const BRANDS = ['house', 'north', null];

const FACTS: Facts = {
  occurredAt: '2026-06-17T17:30:00.000000Z',
  day: '2026-06-17',
  minute: 18 * 60 + 30,
  weekday: 3,
  partner: 'northside',
  channel: 'northside-web',
  location: 'northside-online',
  currency: 'GBP',
  rate: '1',
  payments: ['card'],
  member: {
    tier: 'gold',
    segments: ['loyal', 'students'],
    purchasesBefore: 12,
    visited: false,
    birthday: [],
    anniversary: [],
    draws: {},
  },
  event: null,
};

function line(number: number, seed: number): Line {
  const quantity = Big(1 + ((number + seed) % 4));
  const gross = quantity.times(Big(199 + 37 * ((number * 7 + seed) % 23)).div(100));
  return {
    number,
    sku: `item-${number}`,
    category: CATEGORIES[number % CATEGORIES.length]!,
    brand: BRANDS[number % BRANDS.length]!,
    quantity,
    gross,
    amount: number % 6 === 0 ? gross.minus('0.50') : gross,
    taxRate: Big(number % 2 === 0 ? 20 : 5),
  };
}

function basket(seed: number): Occasion {
  const lines = Array.from({ length: LINES }, (_, index) => line(index + 1, seed));
  const paid = lines.reduce((sum, { amount }) => sum.plus(amount), Big(0));
  return { facts: FACTS, lines, paid, kept: paid };
}

export const baskets = (count: number): Occasion[] => Array.from({ length: count }, (_, seed) => basket(seed));
