// A member's place on the ladder as it is shown: how far it is to the next level, and what keeps the present one until when.
import { dayStart } from '../ledger/calendar.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import type { Benefit, Level, Thresholds } from '../programme/tier.rules.ts';
import type { Name } from '../programme/value.rules.ts';
import { rankOn, type Granted } from './claim.rules.ts';
import { heldSince, type Climber } from './tier.rules.ts';
import { metricsOn, moments, type Metrics } from './window.rules.ts';

export type Metric = 'SPEND' | 'POINTS_EARNED' | 'STATUS_POINTS' | 'PURCHASES';

export interface Progress {
  metric: Metric;
  current: string;
  required: string;
  /** Null: it keeps the present level. */
  nextTier: Level | null;
  atRiskOn: string | null;
}

export interface TierView {
  code: string;
  name: Name;
  startedAt: string | null;
  endsAt: string | null;
  progress: Progress[];
  benefits: {
    kind: 'MULTIPLIER' | 'DISCOUNT_PERCENT' | 'ENTITLEMENT';
    code: string;
    name: Name | null;
    value: string | null;
  }[];
  grants: Granted[];
}

const METRICS: [Metric, keyof Thresholds & keyof Metrics][] = [
  ['SPEND', 'spend'],
  ['POINTS_EARNED', 'points'],
  ['STATUS_POINTS', 'status'],
  ['PURCHASES', 'purchases'],
];

function progressTo(level: Level, sums: Metrics): Pick<Progress, 'metric' | 'current' | 'required'>[] {
  return METRICS.flatMap(([metric, name]) => {
    const required = level.from?.[name];
    return required === undefined ? [] : [{ metric, current: sums[name].toString(), required: String(required) }];
  });
}

function benefitOf(level: Level, { multiplier, discountPercent, entitlement }: Benefit): TierView['benefits'][number] {
  if (multiplier !== undefined) {
    return { kind: 'MULTIPLIER', code: `${level.code}-multiplier`, name: null, value: multiplier.factor };
  }
  if (discountPercent !== undefined) {
    return { kind: 'DISCOUNT_PERCENT', code: `${level.code}-discount`, name: null, value: discountPercent };
  }
  return { kind: 'ENTITLEMENT', code: entitlement!.code, name: entitlement!.name ?? null, value: null };
}

export function tierView({ tiers, timeZone }: Programme, climber: Climber, today: string): TierView {
  const { levels } = tiers;
  const { ranks } = climber;
  const rank = rankOn(ranks, today);
  const level = levels[rank]!;
  const next = levels[rank + 1];
  const end = ranks.find((held) => held.from > today && held.rank < rank)?.from ?? null;
  const sums = metricsOn(moments(tiers, climber.facts), today);
  const up =
    next === undefined ? [] : progressTo(next, sums).map((row) => ({ ...row, nextTier: next, atRiskOn: null }));
  const keeps = end === null && next !== undefined ? [] : progressTo(level, sums);
  return {
    code: level.code,
    name: level.name,
    startedAt: heldSince(levels, climber.steps, rank),
    endsAt: end && dayStart(end, timeZone),
    progress: [...up, ...keeps.map((row) => ({ ...row, nextTier: null, atRiskOn: end }))],
    benefits: level.benefits.map((benefit) => benefitOf(level, benefit)),
    grants: climber.facts.grants.filter(({ until }) => until > today),
  };
}
