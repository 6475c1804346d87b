// One who speaks of the terms of a programme in a language.
import type { Name } from '../programme/value.rules.ts';
import { en, type TermWords } from './en-terms.rules.ts';
import { lv } from './lv-terms.rules.ts';
import type { Language } from './name.rules.ts';
import { pl } from './pl-terms.rules.ts';
import { quotedIn, type Voice } from './voice.rules.ts';

export interface TermVoice extends Voice {
  terms: TermWords;
}

/** Lines begin small and have no full stop yet. */
export interface Section {
  heading: string;
  lines: string[];
}

export const TERM_WORDS: Record<Language, TermWords> = { en, pl, lv };

export const labelled = (label: string, text: string): string => `${label}: ${text}`;

export const titledIn = (voice: Voice, thing: { code: string; name?: Name | undefined }): string =>
  quotedIn(voice, [thing], thing.code);
