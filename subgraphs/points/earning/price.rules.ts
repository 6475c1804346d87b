// Prices without points: what discounts of the sets take off the lines as they are, in the purchase's currency. They take in
// turn, each of what the ones before left; no line costs less than 0.
import { Big } from 'big.js';
import { moneyDecimals } from '../../shared/scalars.ts';
import { chosen, type Held, type Passed, type Rival } from './combine.rules.ts';
import type { Line, Occasion, PriceCut } from './facts.rules.ts';
import { decimal, decimalText, ofBig, over, rounded, tenTo, times, whole, type Fraction } from './fraction.rules.ts';

/** By the line's place, in the money's smallest unit. */
type Amounts = Map<number, bigint>;

const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((total, amount) => total + amount, 0n);

/** Parts of a total in the proportion of what lines cost: each rounded half-up together with those before it. */
function spread(total: bigint, costs: Amounts): Amounts {
  const all = sum(costs.values());
  let [before, given] = [0n, 0n];
  return new Map(
    [...costs].map(([place, cost]) => {
      before += cost;
      const part = rounded({ n: total * before, d: all }, 'half-up') - given;
      given += part;
      return [place, part];
    }),
  );
}

class Till {
  readonly #lines: Line[];
  readonly #decimals: number;
  /** From the base currency to the smallest unit of the purchase's. */
  readonly #units: Fraction;
  /** What each line still costs. */
  readonly #costs: bigint[];

  constructor({ facts, lines }: Occasion) {
    this.#lines = lines;
    this.#decimals = moneyDecimals(facts.currency ?? '');
    this.#units = over(whole(tenTo(this.#decimals)), decimal(facts.rate));
    this.#costs = lines.map(({ amount }) => rounded(times(ofBig(amount), whole(tenTo(this.#decimals))), 'half-up'));
  }

  /** What a discount takes of what its lines cost now. */
  taken({ rule: { rule }, asked: { of } }: Held): Amounts {
    const costs = new Map(of.places.map((place) => [place, this.#costs[place]!]));
    const { discountPercent, discountAmount, price } = rule.give;
    if (price !== undefined) return this.#priced(decimal(price), costs);
    const all = sum(costs.values());
    if (all === 0n) return new Map();
    const amount =
      discountPercent === undefined
        ? times(decimal(discountAmount!), this.#units)
        : times(decimal(discountPercent), { n: all, d: 100n });
    const total = rounded(amount, 'half-up');
    return spread(total < all ? total : all, costs);
  }

  #priced(price: Fraction, costs: Amounts): Amounts {
    const unit = times(price, this.#units);
    return new Map(
      [...costs].map(([place, cost]) => {
        const wanted = rounded(times(ofBig(this.#lines[place]!.quantity), unit), 'half-up');
        return [place, wanted < cost ? cost - wanted : 0n];
      }),
    );
  }

  /** Lets a discount take its part; null: that is nothing. */
  cut(held: Held): PriceCut | null {
    const taken = [...this.taken(held)].filter(([, amount]) => amount > 0n);
    if (taken.length === 0) return null;
    for (const [place, amount] of taken) this.#costs[place]! -= amount;
    return {
      rule: held.rule.rule.code,
      campaign: held.rule.rule.campaign ?? null,
      amount: this.#money(sum(taken.map(([, amount]) => amount))),
      lines: taken.map(([place, amount]) => ({ number: this.#lines[place]!.number, amount: this.#money(amount) })),
    };
  }

  written(units: bigint): string {
    return decimalText({ n: units, d: tenTo(this.#decimals) }, this.#decimals);
  }

  #money(units: bigint): Big {
    return Big(this.written(units));
  }
}

/** `held`: rules of which the conditions hold, in the file's order. */
export function cutsOf(occasion: Occasion, held: Held[], passed: Passed[]): PriceCut[] {
  const discounts = held.filter(({ rule }) => rule.discounts);
  if (discounts.length === 0) return [];
  const till = new Till(occasion);
  return [...Map.groupBy(discounts, ({ rule }) => rule.set)].flatMap(([set, own]) => {
    const rivals = own.map((one): Rival & { one: Held } => {
      const { code, group } = one.rule.rule;
      const amount = sum(till.taken(one).values());
      return { code, group, amount, written: `${till.written(amount)} ${occasion.facts.currency}`, one };
    });
    return chosen(rivals, set.combine, passed).flatMap(({ code, one }) => {
      const cut = till.cut(one);
      if (cut === null) passed.push({ code, reason: 'nothing-to-discount' });
      return cut ?? [];
    });
  });
}
