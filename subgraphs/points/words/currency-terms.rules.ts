// Terms of currencies: when points become usable, expire and are owed, and how they go from one to another.
import type { Cap, Currency, Expiry, Pending } from '../programme/currency.rules.ts';
import { calledIn, currencyIn, pointsIn } from './voice.rules.ts';
import { labelled, type Section, type TermVoice } from './term-voice.rules.ts';

/** Of rules `null` is none as well. */
export function expiryIn({ speech, terms }: TermVoice, expiry: Expiry | null | undefined): string {
  const { rolling, fixed, inactivity } = expiry ?? {};
  if (rolling !== undefined) return terms.rolling(speech.span(rolling), rolling.roundTo);
  if (fixed !== undefined) {
    const days = speech.or(fixed.on.map((day) => speech.day(day)));
    return terms.fixed(days, fixed.minimum === undefined ? '' : speech.span(fixed.minimum));
  }
  if (inactivity === undefined) return terms.never;
  const activities = inactivity.activities.map((one) => terms.activities[one]);
  return terms.idle(speech.span(inactivity), inactivity.roundTo, speech.or(activities));
}

export function usableIn({ speech, terms }: TermVoice, pending: Pending | null | undefined): string {
  const { days, until, confirmation } = pending ?? {};
  if (days !== undefined) return terms.afterDays(speech.span({ days }));
  if (until !== undefined) return terms.onDay(speech.day(until));
  return confirmation === undefined ? terms.atOnce : terms.confirmed(speech.span(confirmation));
}

export const capsIn = (voice: TermVoice, caps: Cap[] | undefined, currency: string): string[] =>
  (caps ?? []).map(({ per, max }) => voice.terms.cap(pointsIn(voice, max, currency), voice.words.per[per]));

function owedIn(voice: TermVoice, { code, deficit }: Currency): string {
  const { terms } = voice;
  if (deficit === undefined) return terms.unlimitedDebt;
  const { limit, beyond } = deficit;
  return limit === 0 ? terms.noDebt[beyond] : `${terms.debt(pointsIn(voice, limit, code))}; ${terms.beyond[beyond]}`;
}

export function currencySection(voice: TermVoice, currency: Currency): Section {
  const { terms, speech, programme } = voice;
  const { code, decimals, spendable, value, expiry, grace, pending, caps } = currency;
  return {
    heading: calledIn(voice, [currency], code),
    lines: [
      terms.spendable[`${spendable}`],
      terms.decimals(String(decimals)),
      ...(value === undefined ? [] : [terms.value(speech.money(value, programme.baseCurrency))]),
      labelled(terms.usable, usableIn(voice, pending)),
      labelled(terms.expiry, expiryIn(voice, expiry)),
      ...(grace === undefined ? [] : [terms.grace(speech.span(grace))]),
      owedIn(voice, currency),
      ...capsIn(voice, caps, code),
    ],
  };
}

/** Transfers between members, and conversions of one kind of points into another. */
export function exchangeSection(voice: TermVoice): Section {
  const { terms, speech, programme } = voice;
  const { transfer, conversions = [] } = programme;
  const named = (code: string) => currencyIn(voice, code);
  const lines = conversions.map(({ from, to, rates, rounding }) =>
    [
      terms.conversion(named(from), named(to)),
      ...rates.map(({ from: day, rate }) => terms.worth(speech.day(day), speech.number(rate))),
      terms.rounding[rounding],
    ].join('; '),
  );
  if (transfer === undefined) return { heading: terms.headings.exchange, lines };
  const { currencies, perDay, fee } = transfer;
  const sent = terms.transfer(speech.or(currencies.map((code) => pointsIn(voice, perDay, code))));
  const paid = (code: string) => terms.fee(pointsIn(voice, fee!.points, code), speech.percent(fee!.percent));
  const fees = fee === undefined ? [] : [...currencies.map(paid), terms.rounding[fee.rounding]];
  return { heading: terms.headings.exchange, lines: [[sent, ...fees].join('; '), ...lines] };
}

/** What staff may give out of kindness in a day, in each currency. */
export function kindnessIn(voice: TermVoice): string[] {
  const { goodwillPerDay: most, currencies } = voice.programme;
  if (most === 0) return [];
  return [voice.terms.kindness(voice.speech.or(currencies.map(({ code }) => pointsIn(voice, most, code))))];
}
