// Custom attributes are texts in the normal spelling of the type that the programme declares for them.
import { readText } from '../text.rules.ts';

export interface AttributeDeclaration {
  name: string;
  type: 'text' | 'number' | 'boolean' | 'date';
}

const TEXT_MAX = 500;

/** What a value of each type looks like, for the message of a refusal. */
export const ATTRIBUTE_HELP: Record<AttributeDeclaration['type'], string> = {
  text: `a text of 1 to ${TEXT_MAX} printable characters`,
  number: 'a decimal number such as 3 or -2.5',
  boolean: 'true or false',
  date: 'a day such as 2026-08-14',
};

export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** `007.50` → `7.5`, `-0` → `0`. */
function readNumber(text: string): string | null {
  const [, sign, whole, fraction = ''] = /^(-?)(\d{1,18})(?:\.(\d{1,9}))?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return null;
  const decimals = fraction.replace(/0+$/, '');
  const value = whole.replace(/^0+(?=\d)/, '') + (decimals === '' ? '' : `.${decimals}`);
  return value === '0' ? '0' : sign + value;
}

/** The value in its normal spelling; null when it is not of the type. */
export function readAttribute(type: AttributeDeclaration['type'], value: string): string | null {
  switch (type) {
    case 'text':
      return readText(value, TEXT_MAX);
    case 'number':
      return readNumber(value);
    case 'boolean':
      return value === 'true' || value === 'false' ? value : null;
    case 'date':
      return isDay(value) ? value : null;
  }
}
