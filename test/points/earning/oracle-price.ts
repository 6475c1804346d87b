// Prices without points: what each rule takes off each line, set after set, in the money's smallest units.
import { Big } from 'big.js';
import type { PriceCut } from '../../../subgraphs/points/earning/facts.rules.ts';
import type { Rule, RuleSet } from '../../../subgraphs/points/programme/earning.rules.ts';
import { fraction, over, round, textOf, times, whole } from './fraction.ts';
import { combined } from './oracle-combine.ts';
import { countingOf, holds, moneyUnits, type Scene } from './oracle-condition.ts';

/** By number of the line. */
type Money = Map<number, bigint>;

const sum = (money: Money): bigint => [...money.values()].reduce((all, one) => all + one, 0n);

/** What is taken off all lines together, on each of them: what is off until it, less what was off before it. */
function spread(off: bigint, left: Money): Money {
  const all = sum(left);
  const cut: Money = new Map();
  let until = 0n;
  for (const [number, money] of left) {
    until += money;
    cut.set(number, all === 0n ? 0n : round({ top: off * until, bottom: all }, 'half-up') - sum(cut));
  }
  return cut;
}

/** What a price rule takes off what is left of a purchase. */
function cutOf(rule: Rule, scene: Scene, left: Money): Money {
  const { facts, lines } = scene.occasion;
  const units = whole(10n ** BigInt(moneyUnits(facts.currency!)));
  const inMoney = (base: string) => times(over(fraction(base), fraction(facts.rate)), units);
  const counting = countingOf(rule, lines);
  const own: Money = new Map(counting.map(({ number }) => [number, left.get(number)!]));
  const { discountPercent, discountAmount, price } = rule.give;
  if (price !== undefined) {
    return new Map(
      counting.map(({ number, quantity }) => {
        const cost = round(times(inMoney(price), fraction(quantity)), 'half-up');
        return [number, cost < own.get(number)! ? own.get(number)! - cost : 0n];
      }),
    );
  }
  const off =
    discountPercent === undefined
      ? round(inMoney(discountAmount!), 'half-up')
      : round(over(times(whole(sum(own)), fraction(discountPercent)), whole(100)), 'half-up');
  return spread(off < sum(own) ? off : sum(own), own);
}

function setCuts(set: RuleSet, scene: Scene, start: Money): [Rule, Money][] {
  const rules = set.rules.filter((rule) => rule.currency === undefined && holds(rule, scene));
  const kept = combined(set, rules, (rule) => sum(cutOf(rule, scene, start)));
  const left = new Map(start);
  return kept.map((rule) => {
    const cut = cutOf(rule, scene, left);
    for (const [number, money] of cut) left.set(number, left.get(number)! - money);
    return [rule, cut];
  });
}

export function cutsOf(scene: Scene): PriceCut[] {
  const { facts, lines } = scene.occasion;
  if (facts.event !== null) return [];
  const unit = 10n ** BigInt(moneyUnits(facts.currency!));
  const inMoney = (money: bigint) => new Big(textOf({ top: money, bottom: unit }));
  const left: Money = new Map(
    lines.map(({ number, amount }) => [number, BigInt(amount.times(String(unit)).toFixed())]),
  );
  const cuts: PriceCut[] = [];
  for (const set of scene.programme.earning) {
    for (const [{ code, campaign }, cut] of setCuts(set, scene, left)) {
      for (const [number, money] of cut) left.set(number, left.get(number)! - money);
      cuts.push({
        rule: code,
        campaign: campaign ?? null,
        amount: inMoney(sum(cut)),
        lines: [...cut].map(([number, money]) => ({ number, amount: inMoney(money) })),
      });
    }
  }
  return cuts;
}
