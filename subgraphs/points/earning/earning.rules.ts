// What a purchase gives: points for each whole unit of the base currency of what was kept of it.
import { Big } from 'big.js';
import { moneyDecimals } from '../../shared/scalars.ts';

export interface EarningRule {
  rule: string;
  currency: string;
  /** Points in the currency's smallest unit. */
  pointsPerUnit: number;
}

/** Points for a total in the base currency. */
export const pointsFor = (rule: EarningRule, total: Big): number =>
  total.round(0, Big.roundDown).times(rule.pointsPerUnit).toNumber();

/** Why: one step, none of it personal. `total` is in the base currency. */
export function explain(rule: EarningRule, version: number, total: Big, baseCurrency: string) {
  return {
    ruleSetVersion: String(version),
    steps: [
      {
        rule: rule.rule,
        applied: true,
        required: `1 ${baseCurrency}`,
        actual: `${total.toFixed(moneyDecimals(baseCurrency))} ${baseCurrency}`,
        amount: pointsFor(rule, total),
      },
    ],
  };
}

/** Why a return takes points back: what the kept rest gives, less what the purchase had given. */
export function explainReturn(rule: EarningRule, version: number, kept: Big, baseCurrency: string, given: number) {
  const { ruleSetVersion, steps } = explain(rule, version, kept, baseCurrency);
  return { ruleSetVersion, steps: [...steps, { rule: 'given-before', applied: true, amount: -given }] };
}

interface Step {
  rule: string;
  required?: string;
  actual?: string;
  amount?: number;
}

/**
 * An explanation in words, steps joined by commas: `139 by one-point-per-pound (139.12 GBP, each 1 GBP)`; of what a cap took:
 * `-50 by per-day (300 before, at most 500)`.
 */
export const summaryOf = (steps: Step[]): string =>
  steps
    .map(({ rule, required, actual, amount = 0 }) => {
      const limit = amount < 0 ? ' before, at most ' : ', each ';
      const why = actual === undefined ? '' : ` (${actual}${required === undefined ? '' : `${limit}${required}`})`;
      return `${amount} by ${rule}${why}`;
    })
    .join(', ');
