// One who speaks of a version of the programme in a language: its names, its points, its conditions.
import type { CalendarPart, Conditions, Items, Rule } from '../programme/earning.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import type { Name } from '../programme/value.rules.ts';
import { en, type Feast, type Words } from './en.rules.ts';
import { lv } from './lv.rules.ts';
import { languageOf, nameIn, type Language } from './name.rules.ts';
import { pl } from './pl.rules.ts';
import { speechOf, type Speech } from './speech.rules.ts';

export interface Voice {
  programme: Programme;
  language: Language;
  speech: Speech;
  words: Words;
}

export const WORDS: Record<Language, Words> = { en, pl, lv };

export function voiceOf(programme: Programme, locale: string | null | undefined): Voice {
  const language = languageOf(locale);
  return { programme, language, speech: speechOf(language), words: WORDS[language] };
}

interface Named {
  code: string;
  name?: Name | undefined;
}

/** What people call the thing of a code; the code where it has no name, or is not there. */
export const calledIn = (voice: Voice, things: Named[], code: string): string =>
  nameIn(things.find((one) => one.code === code)?.name, voice.language, code);

export const quotedIn = (voice: Voice, things: Named[], code: string): string =>
  voice.words.quoted(calledIn(voice, things, code));

export function ruleIn({ programme }: Voice, code: string): Rule | undefined {
  for (const { rules } of programme.earning) {
    const found = rules.find((rule) => rule.code === code);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What people call a rule, the tier of a multiplier, or the type of event that a step is of. */
export function ruleCalled(voice: Voice, code: string): string {
  const { events, tiers } = voice.programme;
  const level = tiers.levels.find((one) => `${one.code}-multiplier` === code);
  const named: Named | undefined = ruleIn(voice, code) ?? level ?? events.find((event) => event.code === code);
  return nameIn(named?.name, voice.language, code);
}

export const decimalsOf = ({ programme }: Voice, currency: string): number =>
  programme.currencies.find(({ code }) => code === currency)?.decimals ?? 0;

/** Names that say no more than that they are points. */
const PLAIN = new Set(Object.values(WORDS).flatMap(({ points }) => Object.values(points)));

const isPlain = (name: string): boolean => PLAIN.has(name.toLowerCase());

/** What the points of a currency are called as one speaks of them: `points`, `“Stars”`. */
export function currencyIn(voice: Voice, code: string): string {
  const name = calledIn(voice, voice.programme.currencies, code);
  return isPlain(name) ? name.toLowerCase() : voice.words.quoted(name);
}

/** `139 points`; with the currency's name unless it is just that: `150 points “Stars”`. */
export function pointsIn(voice: Voice, amount: number, currency: string): string {
  const { speech, words } = voice;
  const decimals = decimalsOf(voice, currency);
  const name = calledIn(voice, voice.programme.currencies, currency);
  const points = `${speech.amount(amount, decimals)} ${speech.noun(amount, decimals, words.points)}`;
  return isPlain(name) ? points : `${points} ${words.quoted(name)}`;
}

const itemsIn = ({ speech, words }: Voice, items: Items): string =>
  speech.and(
    (['skus', 'categories', 'brands'] as const).flatMap((list) =>
      items[list] === undefined ? [] : [`${words.lists[list]} ${speech.or(items[list])}`],
    ),
  );

type Asks = { [key in keyof Conditions]-?: NonNullable<Conditions[key]> };
type Asked = { [key in keyof Asks]: (asked: Asks[key], voice: Voice) => string };

const any = (asked: string[], { speech }: Voice): string => speech.or(asked);
const money = (asked: string, { speech, programme }: Voice): string => speech.money(asked, programme.baseCurrency);
const day = (asked: string, { speech }: Voice): string => speech.day(asked);
const feast =
  (name: Feast) =>
  (asked: CalendarPart, { words }: Voice): string =>
    words.feasts[name][asked];

/** What conditions ask for. */
const ASKED: Asked = {
  items: (asked, voice) => itemsIn(voice, asked),
  except: (asked, voice) => itemsIn(voice, asked),
  partners: any,
  channels: any,
  locations: any,
  weekdays: (asked, { speech }) => speech.or(asked.map((one) => speech.weekday(one))),
  hours: ({ from, until }) => `${from}–${until}`,
  from: day,
  until: day,
  minimum: money,
  maximum: money,
  tiers: (asked, voice) => voice.speech.or(asked.map((tier) => calledIn(voice, voice.programme.tiers.levels, tier))),
  segments: any,
  firstPurchase: () => '',
  nthPurchase: ({ number, every = 1 }) =>
    number === undefined ? `${[1, 2, 3].map((n) => n * every).join(', ')}…` : String(number),
  birthday: feast('birthday'),
  anniversary: feast('anniversary'),
  currencies: any,
  payments: any,
  expression: (asked) => `\`${asked}\``,
};

/** A condition and what it asks for: `only for at least £20`. */
export function conditionIn<K extends keyof Asks>(voice: Voice, key: K, asked: Asks[K]): string {
  const said = ASKED[key](asked, voice);
  return key in voice.words.feasts ? said : `${voice.words.conditions[key]} ${said}`.trimEnd();
}
