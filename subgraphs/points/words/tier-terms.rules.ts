// Terms of tiers: how they are climbed, kept and lost, and what they bring.
import type { Benefit, Level, TierScheme } from '../programme/tier.rules.ts';
import { titledIn, type Section, type TermVoice } from './term-voice.rules.ts';
import { calledIn, pointsIn } from './voice.rules.ts';

function thresholdsIn(voice: TermVoice, { from = {} }: Level): string {
  const { terms, speech, programme } = voice;
  const { match, currency = '' } = programme.tiers;
  const asked = [
    ...(from.spend === undefined ? [] : [terms.spend(speech.money(from.spend, programme.baseCurrency))]),
    ...(from.points === undefined ? [] : [terms.earned(pointsIn(voice, from.points, currency))]),
    ...(from.status === undefined ? [] : [terms.status(pointsIn(voice, from.status, currency))]),
    ...(from.purchases === undefined ? [] : [speech.counted(from.purchases, terms.purchases)]),
  ];
  if (asked.length === 0) return terms.everyone;
  return terms.threshold(match === 'any' ? speech.or(asked) : speech.and(asked));
}

function benefitIn(voice: TermVoice, { multiplier, discountPercent, entitlement }: Benefit): string {
  const { terms, speech, words, programme } = voice;
  if (discountPercent !== undefined) return terms.discount(speech.percent(discountPercent));
  if (multiplier === undefined) return titledIn(voice, entitlement!);
  const currency = words.quoted(calledIn(voice, programme.currencies, multiplier.currency));
  return terms.multiplier(speech.number(multiplier.factor), currency);
}

const levelLine = (voice: TermVoice, level: Level): string =>
  `${titledIn(voice, level)}: ` +
  [thresholdsIn(voice, level), ...level.benefits.map((benefit) => benefitIn(voice, benefit))].join('; ');

function windowIn({ terms, speech }: TermVoice, window: TierScheme['window']): string {
  return typeof window === 'string' ? terms.window[window] : terms.rollingWindow(speech.span(window.rolling));
}

function keepIn({ terms, speech }: TermVoice, { keep, graceDays: days, downgrade }: TierScheme): string {
  const kept = typeof keep === 'string' ? terms.keep[keep] : terms.keepFor(speech.span(keep));
  const grace = days === undefined ? [] : [terms.tierGrace(speech.span({ days }))];
  return [kept, ...grace, terms.downgrade[downgrade]].join('; ');
}

export function tierSection(voice: TermVoice): Section {
  const { terms, words, programme } = voice;
  const { tiers, currencies } = programme;
  const { currency, match, levels, returns, window } = tiers;
  return {
    heading: terms.headings.tiers,
    lines: [
      windowIn(voice, window),
      ...(currency === undefined ? [] : [terms.counted(words.quoted(calledIn(voice, currencies, currency)))]),
      terms.match[match],
      ...levels.map((level) => levelLine(voice, level)),
      keepIn(voice, tiers),
      terms.tierReturns[returns],
    ],
  };
}
