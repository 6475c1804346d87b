// One spelling for each identifier, so that the same e-mail, phone or card is the same key however it was typed.
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import { readText } from '../text.rules.ts';
import { isCardNumber } from './card.rules.ts';

/** How a member is looked up by clients. */
export type IdentifierKind = 'CARD' | 'EMAIL' | 'PHONE' | 'EXTERNAL';

/** What is unique. The namespace is a partner's UUID for EXTERNAL, the issuer for SUBJECT, and empty otherwise. */
export interface IdentifierKey {
  kind: IdentifierKind | 'SUBJECT';
  namespace: string;
  value: string;
}

export interface GivenIdentifier {
  kind: IdentifierKind;
  value: string;
}

export interface Spelling {
  cardPrefix: string;
  defaultCountry: string;
}

const EMAIL_MAX = 254;
const LOCAL_MAX = 64;
const EXTERNAL_MAX = 100;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?`;
const EMAIL = new RegExp(String.raw`^[^\s@"(),:;<>\[\]\\\p{Cc}]+@(?:${LABEL}\.)+${LABEL}$`, 'u');

/** What a valid value of each kind is, for the message of a refusal. */
export const IDENTIFIER_HELP: Record<IdentifierKind, string> = {
  CARD: "A card number is an EAN-13 with the programme's prefix and a right check digit.",
  EMAIL: 'An e-mail address has one @, a domain, and at most 254 characters.',
  PHONE: 'A phone number is E.164, or national of the country of the programme.',
  EXTERNAL: "A partner's own id is 1 to 100 printable characters, and only that partner's credentials can use it.",
};

export function readEmail(text: string): string | null {
  const email = text.normalize('NFKC').trim().toLowerCase().normalize('NFKC');
  const fits = email.isWellFormed() && email.length <= EMAIL_MAX && email.indexOf('@') <= LOCAL_MAX;
  return fits && EMAIL.test(email) ? email : null;
}

/** E.164. Numbers of a possible length are taken: ranges open faster than any list of them. */
export function readPhone(text: string, defaultCountry: string): string | null {
  if (text.length > 40) return null;
  const phone = parsePhoneNumberFromString(text, { defaultCountry: defaultCountry as CountryCode, extract: false });
  return phone?.isPossible() === true && phone.ext === undefined ? phone.number : null;
}

export function readCard(text: string, prefix: string): string | null {
  const card = text.replace(/[\s-]/g, '');
  return isCardNumber(card, prefix) ? card : null;
}

/** The key of an identifier; null when it is not valid. `partnerId`: whose own ids EXTERNAL means. */
export function identifierKey(
  { kind, value }: GivenIdentifier,
  spelling: Spelling,
  partnerId: string | null,
): IdentifierKey | null {
  const key = (read: string | null, namespace = ''): IdentifierKey | null =>
    read === null ? null : { kind, namespace, value: read };
  switch (kind) {
    case 'CARD':
      return key(readCard(value, spelling.cardPrefix));
    case 'EMAIL':
      return key(readEmail(value));
    case 'PHONE':
      return key(readPhone(value, spelling.defaultCountry));
    case 'EXTERNAL':
      return partnerId === null ? null : key(readText(value, EXTERNAL_MAX), partnerId);
  }
}

const order = ({ kind, namespace, value }: IdentifierKey): string => JSON.stringify([kind, namespace, value]);

/** Each key once, always in the same order: writers that share keys then wait for each other and never deadlock. */
export function distinctKeys(keys: IdentifierKey[]): IdentifierKey[] {
  const byOrder = new Map(keys.map((key) => [order(key), key]));
  return [...byOrder].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
}
