// What a basket comes to: prices of rules first, then the tier's percentage, then vouchers, then points that are held for it,
// each on what the ones before left, never below 0. All in the purchase's currency.
import { Big } from 'big.js';
import type { PriceCut } from '../earning/facts.rules.ts';

export type DiscountKind = 'PRICE' | 'TIER' | 'VOUCHER' | 'POINTS';

export interface Discount {
  kind: DiscountKind;
  code: string;
  amount: Big;
}

/** What a voucher or a held redemption takes off: money of this purchase's currency, a percentage, or one of a product. */
export type Worth = { amount: Big } | { percent: string } | { sku: string } | null;

export interface Basket {
  total: Big;
  /** Digits of its currency. */
  decimals: number;
  lines: { sku: string; quantity: Big; amount: Big }[];
  cuts: PriceCut[];
  tier: { code: string; percent: string } | null;
  vouchers: { code: string; worth: Worth }[];
  points: { code: string; worth: Worth }[];
}

/** Units of lines that no voucher has taken yet. */
type Units = { sku: string; left: Big; price: Big }[];

/** One of a product: of its lines the dearest unit that is left. */
function unitOff(units: Units, sku: string): Big {
  const [dearest] = units
    .filter((line) => line.sku === sku && line.left.gte(1))
    .toSorted((a, b) => b.price.cmp(a.price));
  if (dearest === undefined) return Big(0);
  dearest.left = dearest.left.minus(1);
  return dearest.price;
}

function off(rest: Big, decimals: number, units: Units, worth: Worth): Big {
  if (worth === null) return Big(0);
  if ('amount' in worth) return worth.amount;
  if ('percent' in worth) return rest.times(worth.percent).div(100).round(decimals, Big.roundHalfUp);
  return unitOff(units, worth.sku);
}

export function payable(basket: Basket): { discounts: Discount[]; rest: Big } {
  const discounts: Discount[] = [];
  const { decimals } = basket;
  const units: Units = basket.lines.map(({ sku, quantity, amount }) => ({
    sku,
    left: quantity,
    price: amount.div(quantity).round(decimals, Big.roundDown),
  }));
  let rest = basket.total;
  const take = (kind: DiscountKind, code: string, wanted: Big) => {
    const amount = wanted.gt(rest) ? rest : wanted;
    rest = rest.minus(amount);
    if (amount.gt(0)) discounts.push({ kind, code, amount });
  };
  for (const { rule, amount } of basket.cuts) take('PRICE', rule, amount);
  if (basket.tier !== null)
    take('TIER', basket.tier.code, off(rest, decimals, units, { percent: basket.tier.percent }));
  for (const { code, worth } of basket.vouchers) take('VOUCHER', code, off(rest, decimals, units, worth));
  for (const { code, worth } of basket.points) take('POINTS', code, off(rest, decimals, units, worth));
  return { discounts, rest };
}
