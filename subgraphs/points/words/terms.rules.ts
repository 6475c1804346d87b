// The rules of a version as a page of terms that a member can read. All that its section of points says is said here.
import type { Programme } from '../programme/programme.rules.ts';
import { currencySection, exchangeSection, kindnessIn } from './currency-terms.rules.ts';
import { campaignSection, eventSection, setSection } from './rule-terms.rules.ts';
import { TERM_WORDS, type Section, type TermVoice } from './term-voice.rules.ts';
import { tierSection } from './tier-terms.rules.ts';
import { voiceOf } from './voice.rules.ts';

export interface Terms {
  heading: string;
  /** A sentence in each line. */
  text: string;
}

function programmeSection(voice: TermVoice): Section {
  const { terms, speech, programme } = voice;
  const { version, timeZone, baseCurrency, exchangeRates } = programme;
  return {
    heading: terms.headings.programme,
    lines: [
      terms.version(String(version)),
      terms.calendar(timeZone),
      terms.base(baseCurrency),
      ...exchangeRates.map(({ currency, from, rate }) =>
        terms.rate(speech.day(from), speech.money('1', currency), speech.money(rate, baseCurrency)),
      ),
      ...kindnessIn(voice),
    ],
  };
}

function returnSection({ terms, speech, programme }: TermVoice): Section {
  const { lateDays: days } = programme;
  const late = days === undefined ? [] : [terms.late(speech.span({ days }))];
  return { heading: terms.headings.returns, lines: [...terms.returns, ...late] };
}

const sentence = (line: string): string =>
  `${line.charAt(0).toUpperCase()}${line.slice(1)}${line.endsWith('…') ? '' : '.'}`;

export function termsOf(programme: Programme, locale: string): Terms[] {
  const spoken = voiceOf(programme, locale);
  const voice = { ...spoken, terms: TERM_WORDS[spoken.language] };
  const sections = [
    programmeSection(voice),
    ...programme.currencies.map((currency) => currencySection(voice, currency)),
    { heading: voice.terms.headings.counting, lines: voice.terms.counting },
    ...programme.earning.map((_, index) => setSection(voice, index)),
    campaignSection(voice),
    eventSection(voice),
    tierSection(voice),
    returnSection(voice),
    exchangeSection(voice),
  ];
  return sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ heading, lines }) => ({ heading, text: lines.map(sentence).join('\n') }));
}
