// What is kept of a purchase, in the base currency and in points, under the rules that the purchase is pinned to.
import type { Big } from 'big.js';
import { moneyDecimals } from '../../shared/scalars.ts';
import { inBase } from '../purchase/money.rules.ts';
import { pointsFor, type EarningRule } from './earning.rules.ts';

export interface Worth {
  /** In the base currency; what counts for the tier. */
  base: Big;
  points: number;
}

/** `kept` is in the purchase's currency. */
export function worth(
  purchase: { rate: string; earns: boolean },
  programme: { baseCurrency: string; earning: EarningRule },
  kept: Big,
): Worth {
  const base = inBase(kept, purchase.rate, moneyDecimals(programme.baseCurrency));
  return { base, points: purchase.earns ? pointsFor(programme.earning, base) : 0 };
}
