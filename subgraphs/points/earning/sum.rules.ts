// Sums of an occasion's lines, exact: added in the purchase's currency, without tax for each rate of tax, reduced when an
// amount was given back, converted, and rounded once, half-up, to the base currency's smallest unit.
import { Big } from 'big.js';
import type { PerAmount } from '../programme/earning.rules.ts';
import type { Line, Occasion } from './facts.rules.ts';
import {
  decimal,
  less,
  ofBig,
  ONE,
  over,
  plus,
  rounded,
  scaleOf,
  tenTo,
  times,
  unitsOf,
  whole,
  ZERO,
  type Fraction,
} from './fraction.rules.ts';

/** Some of the lines, by their place in the occasion, ascending; its sums are made once. */
export interface Selection {
  places: readonly number[];
  made: (bigint | undefined)[];
}

const selection = (places: readonly number[]): Selection => ({ places, made: [] });

interface Column {
  /** What each line has, in units of 1 / `per`. */
  units: bigint[];
  per: bigint;
}

function column(values: Big[]): Column {
  const scale = values.reduce((most, value) => Math.max(most, scaleOf(value)), 0);
  return { units: values.map((value) => unitsOf(value, scale)), per: tenTo(scale) };
}

const totalOf = ({ units }: Column, { places }: Selection): bigint => {
  let total = 0n;
  for (const place of places) total += units[place]!;
  return total;
};

const NO_TAX = Big(0);

type What = Pick<PerAmount, 'amount' | 'tax'>;

export class Sums {
  readonly all: Selection;
  readonly #lines: Line[];
  readonly #columns: Partial<Record<'amount' | 'gross' | 'quantity', Column>> = {};
  readonly #alone: (Selection | undefined)[] = [];
  /** From the purchase's currency to the base currency's smallest unit, what was given back taken off. */
  readonly #worth: Fraction;
  readonly #baseUnit: number;

  constructor({ facts, lines, kept }: Occasion, baseDecimals: number) {
    this.#lines = lines;
    this.#baseUnit = 10 ** baseDecimals;
    this.all = selection(lines.map((_, place) => place));
    const amounts = this.#column('amount');
    const sum = { n: totalOf(amounts, this.all), d: amounts.per };
    const share = less(ofBig(kept), sum) ? over(ofBig(kept), sum) : ONE;
    this.#worth = times(times(share, decimal(facts.rate)), whole(tenTo(baseDecimals)));
  }

  select(counts: (line: Line) => boolean): Selection {
    return selection(this.all.places.filter((place) => counts(this.#lines[place]!)));
  }

  /** What is in both; null: nothing. */
  common(one: Selection, other: Selection): Selection | null {
    if (one === other) return one;
    const places = new Set(other.places);
    const both = one.places.filter((place) => places.has(place));
    return both.length === 0 ? null : selection(both);
  }

  alone(place: number): Selection {
    return (this.#alone[place] ??= selection([place]));
  }

  /** In the base currency's smallest unit; after discounts, with tax unless told otherwise. */
  money(of: Selection, { amount, tax }: What = { amount: 'after-discount', tax: 'included' }): bigint {
    const slot = (amount === 'after-discount' ? 0 : 2) + (tax === 'included' ? 0 : 1);
    return (of.made[slot] ??= this.#money(of, this.#column(amount === 'after-discount' ? 'amount' : 'gross'), tax));
  }

  quantity(of: Selection): Fraction {
    const quantities = this.#column('quantity');
    return { n: totalOf(quantities, of), d: quantities.per };
  }

  /** A double, for expressions. */
  inBase(of: Selection): number {
    return Number(this.money(of)) / this.#baseUnit;
  }

  /** A double, for expressions. */
  count(of: Selection): number {
    const { n, d } = this.quantity(of);
    return Number(n) / Number(d);
  }

  line(place: number): Line {
    return this.#lines[place]!;
  }

  #column(name: 'amount' | 'gross' | 'quantity'): Column {
    return (this.#columns[name] ??= column(this.#lines.map((line) => line[name])));
  }

  #money(of: Selection, amounts: Column, tax: PerAmount['tax']): bigint {
    const sum = tax === 'included' ? { n: totalOf(amounts, of), d: 1n } : this.#withoutTax(of, amounts);
    const { n, d } = this.#worth;
    return rounded({ n: sum.n * n, d: sum.d * amounts.per * d }, 'half-up');
  }

  #withoutTax({ places }: Selection, { units }: Column): Fraction {
    const byRate = new Map<string, { rate: Big; units: bigint }>();
    for (const place of places) {
      const rate = this.#lines[place]!.taxRate ?? NO_TAX;
      const key = rate.toFixed();
      byRate.set(key, { rate, units: (byRate.get(key)?.units ?? 0n) + units[place]! });
    }
    return [...byRate.values()].reduce((total, one) => {
      const scale = scaleOf(one.rate);
      const hundred = 100n * tenTo(scale);
      return plus(total, { n: one.units * hundred, d: hundred + unitsOf(one.rate, scale) });
    }, ZERO);
  }
}
