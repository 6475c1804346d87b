// Which of the rules that hold count: of each group the one that gives most, then what the set lets stay.
import type { Rule, RuleSet } from '../../../subgraphs/points/programme/earning.rules.ts';

/** The first of those that give most; none of none. */
function most<T>(rules: T[], worth: (rule: T) => bigint): T[] {
  const worths = rules.map(worth);
  return rules.filter((_, index) =>
    worths.every((other, n) => (n < index ? other < worths[index]! : other <= worths[index]!)),
  );
}

export function combined<T extends Pick<Rule, 'group'>>(
  { combine }: RuleSet,
  rules: T[],
  worth: (rule: T) => bigint,
): T[] {
  const members = ({ group }: T) => rules.filter((rule) => rule.group === group);
  const left = rules.filter((rule) => rule.group === undefined || most(members(rule), worth).includes(rule));
  if (combine === 'best') return most(left, worth);
  return combine === 'first' ? left.slice(0, 1) : left;
}
