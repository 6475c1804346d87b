// Terms of rules: what each gives and when, how those of a set combine, campaigns and events.
import { Big } from 'big.js';
import type { Campaign, Conditions, EventType, Give, Rule, RuleSet } from '../programme/earning.rules.ts';
import { capsIn, expiryIn, usableIn } from './currency-terms.rules.ts';
import { nameIn } from './name.rules.ts';
import { put } from './speech.rules.ts';
import { labelled, titledIn, type Section, type TermVoice } from './term-voice.rules.ts';
import { conditionIn, currencyIn, pointsIn, quotedIn, ruleCalled } from './voice.rules.ts';

type Gives = { [key in keyof Give]-?: NonNullable<Give[key]> };

/** What each kind of rule gives; `pts` says points of the rule's currency. */
const GIVEN: {
  [key in keyof Gives]: (give: Gives[key], voice: TermVoice, pts: (points: number) => string, rule: Rule) => string;
} = {
  perAmount: (give, { terms, speech, programme }, pts) =>
    terms.perAmount(pts(give.points), speech.money(give.each, programme.baseCurrency), give),
  perItem: ({ points }, { terms }, pts) => terms.perItem(pts(points)),
  perVisit: ({ points }, { terms }, pts) => terms.perVisit(pts(points)),
  fixed: ({ points }, _, pts) => pts(points),
  perAttribute: ({ name, points, each }, { terms, speech }, pts) =>
    terms.perAttribute(pts(points), speech.number(each), `\`${name}\``),
  multiply: ({ factor, of = [] }, voice, _, { currency = '' }) => {
    const rules = of.map((code) => voice.words.quoted(ruleCalled(voice, code)));
    return voice.terms.multiply(voice.speech.number(factor), voice.speech.and(rules), currencyIn(voice, currency));
  },
  surprise: ({ odds, points }, { terms, speech }, pts) =>
    terms.surprise(pts(points), speech.percent(Big(odds).times(100).toFixed())),
  discountPercent: (percent, { terms, speech }) => terms.discount(speech.percent(percent)),
  discountAmount: (money, { terms, speech, programme }) => terms.discount(speech.money(money, programme.baseCurrency)),
  price: (money, { terms, speech, programme }) => terms.price(speech.money(money, programme.baseCurrency)),
};

function givenIn<K extends keyof Gives>(voice: TermVoice, kind: K, rule: Rule): string {
  const give = (rule.give as Gives)[kind];
  return GIVEN[kind](give, voice, (points) => pointsIn(voice, points, rule.currency ?? ''), rule);
}

function conditionsIn(voice: TermVoice, when: Conditions): string[] {
  const asked = Object.entries(when) as [keyof Conditions, never][];
  return asked.filter(([, value]) => value !== undefined).map(([key, value]) => conditionIn(voice, key, value));
}

function onIn(voice: TermVoice, on: string | undefined): string[] {
  if (on === undefined) return [];
  const { terms, programme } = voice;
  return [on === 'tier' ? terms.onTier : terms.onEvent(quotedIn(voice, programme.events, on))];
}

const kindOf = ({ give }: Rule): keyof Gives =>
  (Object.keys(give) as (keyof Gives)[]).find((one) => give[one] !== undefined)!;

/** Those of its group that it is measured against; alone it is against none. */
function groupIn(voice: TermVoice, rule: Rule, { rules }: RuleSet): string[] {
  const kept = ({ group, currency, on, give }: Rule) => `${group} ${currency} ${on} ${give.multiply === undefined}`;
  const rivals = rules.filter((other) => kept(other) === kept(rule));
  if (rule.group === undefined || rivals.length === 1) return [];
  return [voice.terms.group(voice.speech.and(rivals.map((one) => titledIn(voice, one))))];
}

function ruleLine(voice: TermVoice, rule: Rule, set: RuleSet): string {
  const { terms, programme } = voice;
  const { when = {}, campaign, caps, expiry, pending, currency = '' } = rule;
  const facts = [
    givenIn(voice, kindOf(rule), rule),
    ...onIn(voice, rule.on),
    ...conditionsIn(voice, when),
    ...(campaign === undefined ? [] : [terms.ofCampaign(quotedIn(voice, programme.campaigns, campaign))]),
    ...groupIn(voice, rule, set),
    ...capsIn(voice, caps, currency),
    ...(pending === undefined ? [] : [labelled(terms.usable, usableIn(voice, pending))]),
    ...(expiry === undefined ? [] : [labelled(terms.expiry, expiryIn(voice, expiry))]),
  ];
  return `${titledIn(voice, rule)}: ${facts.join('; ')}`;
}

/** Rules of which the points are whole whatever was bought, or done. */
const WHOLE: readonly (keyof Gives)[] = ['fixed', 'perVisit', 'surprise'];

/** How rules of a set combine; how its points are rounded, where there is something to round. */
function combinedIn({ terms }: TermVoice, { combine, rounding, roundAt, rules }: RuleSet): string[] {
  const points = rules.filter(({ currency }) => currency !== undefined);
  const parts = points.filter((rule) => !WHOLE.includes(kindOf(rule)));
  const at = parts.some(({ on }) => on === undefined) ? `, ${terms.roundAt[roundAt]}` : '';
  const exclusive = combine === 'best' || combine === 'first';
  return [
    ...(points.length > 0 || exclusive
      ? [terms.combine[combine] + (parts.length === 0 ? '' : `; ${terms.rounding[rounding]}${at}`)]
      : []),
    ...(points.length < rules.length && !exclusive ? [terms.inTurn] : []),
  ];
}

/** A set without a name is called by its place. */
export function setSection(voice: TermVoice, index: number): Section {
  const { earning } = voice.programme;
  const set = earning[index]!;
  return {
    heading: nameIn(set.name, voice.language, `${voice.terms.headings.rules}, ${index + 1}`),
    lines: [...combinedIn(voice, set), ...set.rules.map((rule) => ruleLine(voice, rule, set))],
  };
}

function campaignLine(voice: TermVoice, campaign: Campaign): string {
  const { terms, speech, programme } = voice;
  const { code, from, until, yearly, target = {}, budget } = campaign;
  const currency = programme.earning.flatMap(({ rules }) => rules).find((rule) => rule.campaign === code)?.currency;
  const facts = [
    ...(from === undefined ? [] : [terms.from(speech.day(from))]),
    ...(until === undefined ? [] : [terms.until(speech.day(until))]),
    ...(yearly === undefined ? [] : [terms.yearly(speech.day(yearly.from), speech.day(yearly.until))]),
    ...conditionsIn(voice, target),
    ...(budget?.points === undefined ? [] : [terms.budget(pointsIn(voice, budget.points, currency ?? ''))]),
    ...(budget?.money === undefined ? [] : [terms.cost(speech.money(budget.money, programme.baseCurrency))]),
    ...(budget === undefined || yearly === undefined ? [] : [terms.eachSeason]),
  ];
  return `${titledIn(voice, campaign)}: ${facts.join('; ')}`;
}

export const campaignSection = (voice: TermVoice): Section => ({
  heading: voice.terms.headings.campaigns,
  lines: voice.programme.campaigns.map((campaign) => campaignLine(voice, campaign)),
});

function eventLine(voice: TermVoice, event: EventType): string {
  const { terms, speech, words } = voice;
  const attributes = event.attributes.map(({ name, type, required, values = [] }) => {
    const facts = [terms.attribute[type], ...(values.length === 0 ? [] : [speech.or(values)])];
    return `\`${name}\` (${facts.join(': ')}, ${terms.required[`${required}`]})`;
  });
  const facts = [
    ...(attributes.length === 0 ? [] : [terms.attributes(speech.and(attributes))]),
    ...(event.cooldown === undefined ? [] : [terms.cooldown(speech.span(event.cooldown))]),
    ...(event.most ?? []).map(({ per, events }) => terms.most(speech.counted(events, terms.events), words.per[per])),
  ];
  return titledIn(voice, event) + put(': ', facts.join('; '));
}

export const eventSection = (voice: TermVoice): Section => ({
  heading: voice.terms.headings.events,
  lines: voice.programme.events.map((event) => eventLine(voice, event)),
});
