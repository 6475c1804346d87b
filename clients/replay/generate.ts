// Purchases made up from a seed: the same members, days and seed give the same invoices. One in eight comes back,
// by turns whole and in part, with the receipt and without.
import { createHash } from 'node:crypto';
import type { Invoice, Line, Sales } from './invoice.ts';

export interface GenerateOptions {
  members: number;
  days: number;
  seed: number;
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** Invoices are moved to end today; only the distance between them counts. */
const FIRST_DAY = Date.UTC(2001, 0, 1);
const ONE_IN = 8;

const MATERIALS = ['Oak', 'Linen', 'Brass', 'Glass', 'Wool', 'Cork', 'Slate', 'Cotton', 'Tin', 'Wicker'];
const THINGS = [
  'Lantern',
  'Mug',
  'Cushion',
  'Frame',
  'Bowl',
  'Basket',
  'Candle',
  'Apron',
  'Clock',
  'Tray',
  'Vase',
  'Rug',
];
const CATALOGUE = MATERIALS.flatMap((material, m) =>
  THINGS.map((thing, t) => ({
    sku: `${m}${String(t).padStart(2, '0')}`,
    name: `${material} ${thing}`,
    pence: 85 + m * 190 + t * 275,
  })),
);

export const hashOfGenerated = ({ members, days, seed }: GenerateOptions): string =>
  createHash('sha256').update(`generated:${members}:${days}:${seed}`).digest('hex');

export function generate(options: GenerateOptions): Sales {
  const { members, days, seed } = options;
  const hash = hashOfGenerated(options);
  const random = randomOf(seed);
  const purchases: Invoice[] = [];
  for (let day = 0; day < days; day += 1) {
    for (let buyer = 0; buyer < Math.max(1, Math.round(members / 4)); buyer += 1) {
      const number = `M${hash.slice(0, 6)}-${String(purchases.length + 1).padStart(6, '0')}`;
      const member = 1 + random.below(members);
      const customer = random.below(10) === 0 ? null : `made-${hash.slice(0, 6)}-${member}`;
      const wall = FIRST_DAY + day * DAY + (540 + random.below(540)) * MINUTE;
      const lines = Array.from({ length: 1 + random.below(6) }, () => lineOf(random));
      purchases.push({ number, kind: 'PURCHASE', customer, wall, lines });
    }
  }
  const lastMinute = FIRST_DAY + days * DAY - MINUTE;
  const turns = { with: 0, without: 0 };
  const returns = purchases
    .filter((_, index) => index % ONE_IN === 0)
    .map((purchase) => {
      const receipt = needsReceipt(purchase) ? 'with' : 'without';
      turns[receipt] += 1;
      return returnOf(purchase, receipt === 'with', turns[receipt] % 2 === 1, lastMinute, random);
    });
  const invoices = [...purchases, ...returns].toSorted((a, b) => a.wall - b.wall);
  return { hash, rows: invoices.reduce((rows, invoice) => rows + invoice.lines.length, 0), invoices, refused: [] };
}

/** Every second member keeps receipts: were one member to do both, a return without could use up what the receipt still shows. */
const needsReceipt = ({ customer }: Invoice): boolean =>
  customer === null || Number(customer.split('-').at(-1)) % 2 === 1;

function returnOf(
  purchase: Invoice,
  withReceipt: boolean,
  whole: boolean,
  lastMinute: number,
  random: Random,
): Invoice {
  const wall = Math.min(purchase.wall + (30 + random.below(4 * 1440)) * MINUTE, lastMinute);
  const all = purchase.lines.map((line, index) => ({ ...line, returns: index + 1 }));
  const lines = whole ? all : [partOf(all[random.below(all.length)]!, random)];
  const number = `C${purchase.number}`;
  const { customer } = purchase;
  if (withReceipt)
    return { number, kind: 'RETURN', customer, wall, lines, receipt: { number: purchase.number, whole } };
  return { number, kind: 'RETURN', customer, wall, lines: lines.map(withoutNumber) };
}

const withoutNumber = ({ sku, name, quantity, unitPrice }: Line): Line => ({ sku, name, quantity, unitPrice });

const partOf = (line: Line, random: Random): Line => ({
  ...line,
  quantity: String(1 + random.below(Number(line.quantity))),
});

function lineOf(random: Random): Line {
  const { sku, name, pence } = CATALOGUE[random.below(CATALOGUE.length)]!;
  const discounted = random.below(5) === 0 ? Math.round(pence * 0.8) : pence;
  return { sku, name, quantity: String(1 + random.below(4)), unitPrice: (discounted / 100).toFixed(2) };
}

interface Random {
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
}

/** Mulberry32, by Tommy Ettinger (public domain). */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return {
    below(limit) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
    },
  };
}
