// What is wrong with a programme's points section though each of its parts is well formed: names that are nowhere, names
// that are there twice, things that cannot be together. Every fault with its path.
import type { Parts, Path, Section, SetParts } from './part.rules.ts';
import { known, ruleFaults, type Tell } from './rule-fault.rules.ts';

export interface Fault {
  path: Path;
  message: string;
}

function twice<T>(parts: Parts<T>['whole'], nameOf: (part: T) => string, tell: Tell): void {
  const names = new Set<string>();
  for (const { is, path } of parts) {
    const name = nameOf(is);
    if (names.has(name)) tell('is there twice', ...path);
    names.add(name);
  }
}

const codeOf = ({ code }: { code: string }): string => code;

function currencyFaults({ baseCurrency, currencies, exchangeRates, transfer }: Section, tell: Tell): void {
  twice(currencies.whole, codeOf, tell);
  twice(exchangeRates.whole, ({ currency, from }) => `${currency} ${from}`, tell);
  for (const { is, path } of exchangeRates.whole) {
    if (is.currency === baseCurrency) tell('is the base currency, worth 1', ...path, 'currency');
  }
  transfer?.currencies.forEach((code, index) =>
    known(tell, currencies, code, 'currencies', 'transfer', 'currencies', index),
  );
}

function conversionFaults({ currencies, conversions }: Section, tell: Tell): void {
  twice(conversions.whole, ({ from, to }) => `${from} ${to}`, tell);
  for (const { is, path } of conversions.whole) {
    const { from, to, rates } = is;
    known(tell, currencies, from, 'currencies', ...path, 'from');
    known(tell, currencies, to, 'currencies', ...path, 'to');
    if (from === to) tell('is the same currency', ...path, 'to');
    rates.forEach((rate, index) => {
      const before = rates[index - 1];
      if (before !== undefined && rate.from <= before.from) {
        tell('must be later than the one before', ...path, 'rates', index, 'from');
      }
    });
  }
}

/** Codes that explanations name: of caps, rules and tiers' multipliers. */
function stepFaults({ currencies, sets, levels }: Section, tell: Tell): void {
  const codes = new Set(levels.whole.map(({ is }) => `${is.code}-multiplier`));
  const isNew = (code: string) => codes.size < codes.add(code).size;
  for (const { is, path } of currencies.whole) {
    is.caps?.forEach(({ code }, index) => {
      if (!isNew(code)) tell('is there twice', ...path, 'caps', index);
    });
  }
  for (const { is, path } of sets.flatMap(({ rules }) => rules.whole)) {
    for (const own of [is.code, ...(is.caps ?? []).map(codeOf)]) {
      if (!isNew(own)) tell(`${own} is there twice`, ...path);
    }
  }
}

function groupFaults({ rules }: SetParts, tell: Tell): void {
  const groups = new Map<string, boolean>();
  for (const { is, path } of rules.whole) {
    const { group, give } = is;
    if (group === undefined) continue;
    const multiplies = give.multiply !== undefined;
    if ((groups.get(group) ?? multiplies) !== multiplies) {
      tell('a group is of multipliers or of other rules', ...path, 'group');
    }
    groups.set(group, multiplies);
  }
}

function earningFaults(section: Section, tell: Tell): void {
  const { sets } = section;
  twice(
    sets.map(({ code, path }) => ({ is: code, path })).filter(({ is }) => is !== undefined),
    (code) => code,
    tell,
  );
  stepFaults(section, tell);
  for (const set of sets) {
    for (const { is, path } of set.rules.whole) {
      ruleFaults(section, set, is, (message, ...at) => tell(message, ...path, ...at));
    }
    groupFaults(set, tell);
  }
}

function campaignFaults({ campaigns, sets, currencies, levels }: Section, tell: Tell): void {
  twice(campaigns.whole, codeOf, tell);
  for (const { is, path } of campaigns.whole) {
    const { from, until, yearly, target, budget, code } = is;
    if (yearly !== undefined && (from !== undefined || until !== undefined)) {
      tell('either from and until, or yearly', ...path, 'yearly');
    }
    if (from !== undefined && until !== undefined && until < from) tell('is before from', ...path, 'until');
    target?.tiers?.forEach((tier, index) => known(tell, levels, tier, 'tiers', ...path, 'target', 'tiers', index));
    if (budget?.money === undefined) continue;
    const given = new Set(
      sets
        .flatMap(({ rules }) => rules.whole)
        .flatMap(({ is: rule }) => (rule.campaign === code ? [rule.currency] : [])),
    );
    for (const { is: one } of currencies.whole) {
      if (given.has(one.code) && one.value === undefined) {
        tell(`${one.code} has no value, so it costs no money`, ...path, 'budget', 'money');
      }
    }
  }
}

function eventFaults({ events }: Section, tell: Tell): void {
  twice(events.whole, codeOf, tell);
  for (const { is, path } of events.whole) {
    const { code, attributes } = is;
    if (code === 'tier') tell('is the ladder’s own word', ...path, 'code');
    const places = attributes.map(({ name }, index) => ({ is: name, path: [...path, 'attributes', index] }));
    twice(places, (name) => name, tell);
    for (const { is: name, path: at } of places) if (name === 'type') tell('is the event’s own word', ...at, 'name');
  }
}

function ladderFaults({ ladder, currencies, levels }: Section, tell: Tell): void {
  if (ladder === undefined) return;
  const { window, keep, currency } = ladder;
  known(tell, currencies, currency, 'currencies', 'tiers', 'currency');
  if (keep === 'next-period' && window !== 'calendar-year' && window !== 'anniversary') {
    tell('needs a window of periods: calendar-year or anniversary', 'tiers', 'keep');
  }
  const asksForPoints = levels.whole.some(({ is }) => is.from?.points !== undefined || is.from?.status !== undefined);
  if (asksForPoints && currency === undefined) tell('is missing: whose points count', 'tiers', 'currency');
}

function levelFaults({ currencies, levels }: Section, tell: Tell): void {
  twice(levels.whole, codeOf, tell);
  /** What the last level that asks for it asks for. */
  const below = new Map<string, unknown>();
  for (const { is, path } of levels.whole) {
    const { from, benefits } = is;
    const asked = Object.entries(from ?? {}).filter(([, value]) => value !== undefined);
    const isFirst = path.at(-1) === 0;
    if (isFirst && asked.some(([, value]) => Number(value) !== 0))
      tell('the first level is everyone’s', ...path, 'from');
    if (!isFirst && asked.length === 0) tell('asks for nothing', ...path);
    for (const [metric, value] of isFirst ? [] : asked) {
      if (below.has(metric) && Number(value) <= Number(below.get(metric))) {
        tell('must be more than the level before', ...path, 'from', metric);
      }
      below.set(metric, value);
    }
    benefits.forEach(({ multiplier }, index) =>
      known(tell, currencies, multiplier?.currency, 'currencies', ...path, 'benefits', index),
    );
  }
}

export function faults(section: Section): Fault[] {
  const found: Fault[] = [];
  const tell: Tell = (message, ...path) => found.push({ path, message });
  currencyFaults(section, tell);
  conversionFaults(section, tell);
  earningFaults(section, tell);
  campaignFaults(section, tell);
  eventFaults(section, tell);
  ladderFaults(section, tell);
  levelFaults(section, tell);
  return found;
}
