// Terms of tiers: how they are climbed, kept and lost, and what they bring.
import type { Benefit, Level, TierScheme } from '../programme/tier.rules.ts';
import { titledIn, type Section, type TermVoice } from './term-voice.rules.ts';
import { currencyIn, pointsIn } from './voice.rules.ts';

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
  const { terms, speech } = voice;
  if (discountPercent !== undefined) return terms.discount(speech.percent(discountPercent));
  if (multiplier === undefined) return titledIn(voice, entitlement!);
  return terms.multiplier(speech.number(multiplier.factor), currencyIn(voice, multiplier.currency));
}

const levelLine = (voice: TermVoice, level: Level): string =>
  `${titledIn(voice, level)}: ` +
  [thresholdsIn(voice, level), ...level.benefits.map((benefit) => benefitIn(voice, benefit))].join('; ');

/** A balance is of no window; sums are, and so is what a tier's end goes by. */
function countedIn({ terms, speech }: TermVoice, { window, keep, downgrade, levels }: TierScheme): string[] {
  const asked = levels.map(({ from = {} }) => from);
  const sums = asked.some((from) => (from.spend ?? from.points ?? from.purchases) !== undefined);
  const over = typeof window === 'string' ? terms.window[window] : terms.rollingWindow(speech.span(window.rolling));
  return [
    ...(sums || keep === 'next-period' || downgrade === 'one' ? [over] : []),
    ...(asked.some(({ status }) => status !== undefined) ? [terms.balance] : []),
  ];
}

function keepIn({ terms, speech }: TermVoice, { keep, graceDays: days, downgrade }: TierScheme): string {
  if (downgrade === 'none') return terms.downgrade.none;
  const kept = typeof keep === 'string' ? terms.keep[keep] : terms.keepFor(speech.span(keep));
  const grace = days === undefined ? [] : [terms.tierGrace(speech.span({ days }))];
  return `${[kept, ...grace].join(', ')}; ${terms.downgrade[downgrade]}`;
}

export function tierSection(voice: TermVoice): Section {
  const { terms, programme } = voice;
  const { tiers } = programme;
  return {
    heading: terms.headings.tiers,
    lines: [
      ...countedIn(voice, tiers),
      ...tiers.levels.map((level) => levelLine(voice, level)),
      keepIn(voice, tiers),
      terms.tierReturns[tiers.returns],
    ],
  };
}
