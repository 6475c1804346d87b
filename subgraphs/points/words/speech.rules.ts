// Numbers, money, days and spans as a language writes them. All of them come as exact texts, and none is rounded.
import { Big } from 'big.js';
import { moneyDecimals } from '../../shared/scalars.ts';
import { WEEKDAYS } from '../programme/earning.rules.ts';
import type { Language } from './name.rules.ts';

/** Forms of a noun by what a language's plural rules tell apart. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export interface Span {
  hours?: number | undefined;
  days?: number | undefined;
  months?: number | undefined;
}

const INTL = { en: 'en-GB', pl: 'pl', lv: 'lv' } as const;
const EXACT = { maximumFractionDigits: 20 } as const;
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;

class Speech {
  readonly #language: Language;
  readonly #and: Intl.ListFormat;
  readonly #or: Intl.ListFormat;
  readonly #numbers = new Map<string, Intl.NumberFormat>();
  readonly #dates = new Map<string, Intl.DateTimeFormat>();
  readonly #plurals = new Map<number, Intl.PluralRules>();

  constructor(language: Language) {
    this.#language = language;
    this.#and = new Intl.ListFormat(INTL[language], { type: 'conjunction' });
    this.#or = new Intl.ListFormat(INTL[language], { type: 'disjunction' });
  }

  #number(text: string | number, options: Intl.NumberFormatOptions): string {
    const key = JSON.stringify(options);
    const format = this.#numbers.get(key) ?? new Intl.NumberFormat(INTL[this.#language], { ...EXACT, ...options });
    this.#numbers.set(key, format);
    return format.format(text as Intl.StringNumericLiteral);
  }

  #date(at: number | Date, options: Intl.DateTimeFormatOptions): string {
    const key = JSON.stringify(options);
    const format =
      this.#dates.get(key) ?? new Intl.DateTimeFormat(INTL[this.#language], { timeZone: 'UTC', ...options });
    this.#dates.set(key, format);
    return format.format(at);
  }

  number(text: string | number): string {
    return this.#number(text, {});
  }

  percent(text: string): string {
    return this.#number(text, { style: 'unit', unit: 'percent' });
  }

  /** With the currency's decimals, unless it is whole and was said without. */
  money(text: string, currency: string): string {
    const digits = text.includes('.') ? moneyDecimals(currency) : 0;
    return this.#number(text, { style: 'currency', currency, minimumFractionDigits: digits });
  }

  /** A number of points in their smallest unit. */
  amount(points: number | string, decimals: number): string {
    return this.#number(wholeOf(points, decimals), { minimumFractionDigits: decimals });
  }

  /** The noun that goes with the number. */
  noun(points: number | string, decimals: number, forms: Forms): string {
    const rules =
      this.#plurals.get(decimals) ??
      new Intl.PluralRules(INTL[this.#language], { ...EXACT, minimumFractionDigits: decimals });
    this.#plurals.set(decimals, rules);
    return forms[rules.select(Number(wholeOf(points, decimals)))] ?? forms.other;
  }

  counted(count: number, forms: Forms): string {
    return `${this.number(count)} ${this.noun(count, 0, forms)}`;
  }

  span({ hours, days, months }: Span): string {
    const unit = hours !== undefined ? 'hour' : days !== undefined ? 'day' : 'month';
    return this.#number(hours ?? days ?? months ?? 0, { style: 'unit', unit, unitDisplay: 'long' });
  }

  /** 'YYYY-MM-DD', or of each year 'MM-DD'. */
  day(text: string): string {
    return text.length > 5
      ? this.#date(new Date(text), { dateStyle: 'long' })
      : this.#date(new Date(`2000-${text}`), { day: 'numeric', month: 'long' });
  }

  instant(text: string, timeZone: string): string {
    return this.#date(new Date(text), { dateStyle: 'long', timeStyle: 'short', timeZone });
  }

  weekday(name: (typeof WEEKDAYS)[number]): string {
    const word = this.#date(MONDAY + WEEKDAYS.indexOf(name) * DAY, { weekday: 'long' });
    return this.#language === 'en' ? word : word.toLowerCase();
  }

  and(texts: string[]): string {
    return this.#and.format(texts);
  }

  or(texts: string[]): string {
    return this.#or.format(texts);
  }
}

export type { Speech };

const wholeOf = (points: number | string, decimals: number): string => Big(points).div(Big(10).pow(decimals)).toFixed();

const speeches = { en: new Speech('en'), pl: new Speech('pl'), lv: new Speech('lv') };

export const speechOf = (language: Language): Speech => speeches[language];

/** A text with what goes before and behind it; nothing when there is none. */
export const put = (before: string, text: string, behind = ''): string => (text === '' ? '' : before + text + behind);
