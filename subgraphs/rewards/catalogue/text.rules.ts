// Texts of a reward in the languages of the programme.
export const LANGUAGES = ['en', 'pl', 'lv'] as const;
export type Texts = { en: string } & Partial<Record<(typeof LANGUAGES)[number], string | undefined>>;

/** In the language asked for, else English. */
export function textIn(texts: Texts, locale: string | null | undefined): string {
  const language = LANGUAGES.find((known) => known === locale?.split('-')[0]?.toLowerCase());
  return (language === undefined ? undefined : texts[language]) ?? texts.en;
}
