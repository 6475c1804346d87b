// Names of a programme's things in the languages of people. What has no word in a language is said in English.
import type { Name } from '../programme/value.rules.ts';

export const LANGUAGES = ['en', 'pl', 'lv'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of a locale, BCP 47: `pl-PL` is Polish; one that is not spoken here is English. */
export const languageOf = (locale: string | null | undefined): Language =>
  LANGUAGES.find((known) => known === locale?.split('-')[0]?.toLowerCase()) ?? 'en';

/** A name in the language of a locale, else in English; the fallback, a code, where there is none. */
export function nameIn(name: Name | undefined, locale: string | null | undefined, fallback = ''): string {
  if (name === undefined) return fallback;
  return typeof name === 'string' ? name : (name[languageOf(locale)] ?? name.en);
}
