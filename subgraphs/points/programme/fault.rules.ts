// What is wrong with a programme's points section though each of its parts is well formed: names that are nowhere, names
// that are there twice, things that cannot be together. Every fault with its path.
import type { RuleSet } from './earning.rules.ts';
import type { PointsSection } from './programme.rules.ts';
import { ruleFaults } from './rule-fault.rules.ts';

export interface Fault {
  path: (string | number)[];
  message: string;
}

type Tell = (message: string, ...path: (string | number)[]) => void;

function twice(codes: string[], tell: Tell, ...path: (string | number)[]): void {
  codes.forEach((code, index) => {
    if (codes.indexOf(code) < index) tell('is there twice', ...path, index);
  });
}

function currencyFaults({ currencies, transfer, conversions = [] }: PointsSection, tell: Tell): void {
  const known = (name: string, ...path: (string | number)[]) => {
    if (!currencies.some(({ code }) => code === name)) tell('is none of the currencies', ...path);
  };
  twice(
    currencies.map(({ code }) => code),
    tell,
    'currencies',
  );
  transfer?.currencies.forEach((name, index) => known(name, 'transfer', 'currencies', index));
  conversions.forEach(({ from, to, rates }, index) => {
    known(from, 'conversions', index, 'from');
    known(to, 'conversions', index, 'to');
    if (from === to) tell('is the same currency', 'conversions', index, 'to');
    rates.forEach((rate, n) => {
      if (Number(rate.rate) === 0) tell('must be above 0', 'conversions', index, 'rates', n, 'rate');
      const before = rates[n - 1];
      if (before !== undefined && rate.from <= before.from) {
        tell('must be later than the one before', 'conversions', index, 'rates', n, 'from');
      }
    });
  });
  twice(
    conversions.map(({ from, to }) => `${from} ${to}`),
    tell,
    'conversions',
  );
}

/** Codes that explanations name: of caps, rules and tiers' multipliers. */
function stepFaults({ currencies, earning, tiers }: PointsSection, tell: Tell): void {
  const codes = new Set(tiers.levels.map(({ code }) => `${code}-multiplier`));
  const isNew = (code: string) => codes.size < codes.add(code).size;
  currencies.forEach(({ caps = [] }, index) =>
    caps.forEach(({ code }, n) => {
      if (!isNew(code)) tell('is there twice', 'currencies', index, 'caps', n);
    }),
  );
  earning.forEach(({ rules }, set) =>
    rules.forEach(({ code, caps = [] }, index) => {
      for (const own of [code, ...caps.map((cap) => cap.code)]) {
        if (!isNew(own)) tell(`${own} is there twice`, 'earning', set, 'rules', index);
      }
    }),
  );
}

function groupFaults({ rules }: RuleSet, tell: Tell, ...path: (string | number)[]): void {
  const groups = new Map<string, boolean>();
  rules.forEach(({ group, give }, index) => {
    if (group === undefined) return;
    const multiplies = give.multiply !== undefined;
    if ((groups.get(group) ?? multiplies) !== multiplies) {
      tell('a group is of multipliers or of other rules', ...path, index, 'group');
    }
    groups.set(group, multiplies);
  });
}

function earningFaults(points: PointsSection, tell: Tell): void {
  twice(
    points.earning.map(({ code }) => code),
    tell,
    'earning',
  );
  stepFaults(points, tell);
  points.earning.forEach((set, index) => {
    const path = ['earning', index, 'rules'];
    set.rules.forEach((rule, n) => ruleFaults(points, set, rule, (message, ...at) => tell(message, ...path, n, ...at)));
    groupFaults(set, tell, ...path);
  });
}

function campaignFaults({ campaigns, earning, currencies, tiers }: PointsSection, tell: Tell): void {
  twice(
    campaigns.map(({ code }) => code),
    tell,
    'campaigns',
  );
  campaigns.forEach(({ from, until, yearly, target, budget, code }, index) => {
    if (yearly !== undefined && (from !== undefined || until !== undefined)) {
      tell('either from and until, or yearly', 'campaigns', index, 'yearly');
    }
    if (from !== undefined && until !== undefined && until < from) tell('is before from', 'campaigns', index, 'until');
    target?.tiers?.forEach((tier, n) => {
      if (!tiers.levels.some((level) => level.code === tier)) {
        tell('is none of the tiers', 'campaigns', index, 'target', 'tiers', n);
      }
    });
    if (budget?.money === undefined) return;
    for (const { currency } of earning.flatMap(({ rules }) => rules.filter((rule) => rule.campaign === code))) {
      const given = currencies.find((one) => one.code === currency);
      if (given !== undefined && given.value === undefined) {
        tell(`${given.code} has no value, so it costs no money`, 'campaigns', index, 'budget', 'money');
      }
    }
  });
}

function eventFaults({ events }: PointsSection, tell: Tell): void {
  twice(
    events.map(({ code }) => code),
    tell,
    'events',
  );
  events.forEach(({ code, attributes }, index) => {
    if (code === 'tier') tell('is the ladder’s own word', 'events', index, 'code');
    twice(
      attributes.map(({ name }) => name),
      tell,
      'events',
      index,
      'attributes',
    );
    const type = attributes.findIndex(({ name }) => name === 'type');
    if (type !== -1) tell('is the event’s own word', 'events', index, 'attributes', type, 'name');
  });
}

function tierFaults({ tiers, currencies }: PointsSection, tell: Tell): void {
  const { levels, window, keep } = tiers;
  twice(
    levels.map(({ code }) => code),
    tell,
    'tiers',
    'levels',
  );
  const known = (code: string | undefined, ...path: (string | number)[]) => {
    if (code !== undefined && !currencies.some((one) => one.code === code)) tell('is none of the currencies', ...path);
  };
  known(tiers.currency, 'tiers', 'currency');
  if (keep === 'next-period' && window !== 'calendar-year' && window !== 'anniversary') {
    tell('needs a window of periods: calendar-year or anniversary', 'tiers', 'keep');
  }
  levels.forEach(({ from, benefits }, index) => {
    const metrics = Object.entries(from ?? {}).filter(([, value]) => value !== undefined);
    if (index === 0 && metrics.some(([, value]) => Number(value) !== 0)) {
      tell('the first level is everyone’s', 'tiers', 'levels', 0, 'from');
    }
    if (index > 0 && metrics.length === 0) tell('asks for nothing', 'tiers', 'levels', index);
    for (const [metric, value] of metrics) {
      if ((metric === 'points' || metric === 'status') && tiers.currency === undefined) {
        tell('is missing: whose points count', 'tiers', 'currency');
      }
      const below = levels
        .slice(1, index)
        .findLast((level) => level.from?.[metric as keyof typeof level.from] !== undefined)?.from;
      if (below !== undefined && Number(value) <= Number(below[metric as keyof typeof below])) {
        tell('must be more than the level before', 'tiers', 'levels', index, 'from', metric);
      }
    }
    benefits.forEach((benefit, n) => known(benefit.multiplier?.currency, 'tiers', 'levels', index, 'benefits', n));
  });
}

export function faults(points: PointsSection): Fault[] {
  const found: Fault[] = [];
  const tell: Tell = (message, ...path) => found.push({ path, message });
  currencyFaults(points, tell);
  earningFaults(points, tell);
  campaignFaults(points, tell);
  eventFaults(points, tell);
  tierFaults(points, tell);
  return found;
}
