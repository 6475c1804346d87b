// What a profile can hold, and how a change is read: a field left out stays, null clears it.
import { isSupportedCountry } from 'libphonenumber-js';
import { readText } from '../text.rules.ts';
import { ATTRIBUTE_HELP, readAttribute, type AttributeDeclaration } from './attribute.rules.ts';

const FIELDS = ['givenName', 'familyName', 'birthday', 'locale', 'country', 'preferredChannel'] as const;
type Field = (typeof FIELDS)[number];

export interface GivenProfile extends Partial<Record<Field, string | null | undefined>> {
  attributes?: { name: string; value?: string | null }[] | null | undefined;
}

export interface ProfileChanges {
  fields: Partial<Record<Field, string | null>>;
  /** Null removes an attribute. */
  attributes: Record<string, string | null>;
}

export interface ProfileProblem {
  code: 'PROFILE_INVALID' | 'ATTRIBUTE_UNKNOWN' | 'ATTRIBUTE_INVALID';
  message: string;
  /** Inside the profile. */
  field: string[];
}

const NAME_MAX = 100;
const BIRTHDAY_MIN = '1900-01-01';
/** Of ISO 3166-1, but without telephones of their own; and telephone regions that ISO does not have. */
const SILENT_COUNTRIES = ['AQ', 'BV', 'GS', 'HM', 'PN', 'TF', 'UM'];
const NO_COUNTRIES = ['AC', 'TA'];

const isCountry = (code: string): boolean =>
  SILENT_COUNTRIES.includes(code) || (isSupportedCountry(code) && !NO_COUNTRIES.includes(code));

function readField(field: Field, value: string, today: string): string | null {
  switch (field) {
    case 'givenName':
    case 'familyName':
      return readText(value, NAME_MAX);
    case 'birthday':
      return value >= BIRTHDAY_MIN && value <= today ? value : null;
    case 'country':
      return isCountry(value) ? value : null;
    case 'locale':
    case 'preferredChannel':
      return value;
  }
}

const FIELD_HELP: Record<Field, string> = {
  givenName: `givenName is 1 to ${NAME_MAX} printable characters.`,
  familyName: `familyName is 1 to ${NAME_MAX} printable characters.`,
  birthday: 'birthday is a day from 1900 to today.',
  country: 'country is an ISO 3166-1 alpha-2 code such as GB.',
  locale: 'locale is a BCP 47 language.',
  preferredChannel: 'preferredChannel is a channel.',
};

/** The changes in their normal spelling, or the first problem. */
export function readProfile(
  given: GivenProfile,
  { attributes: declared, today }: { attributes: AttributeDeclaration[]; today: string },
): { changes: ProfileChanges } | { problem: ProfileProblem } {
  const changes: ProfileChanges = { fields: {}, attributes: {} };
  for (const field of FIELDS) {
    const value = given[field];
    if (value === undefined) continue;
    const read = value === null ? null : readField(field, value, today);
    if (value !== null && read === null) {
      return { problem: { code: 'PROFILE_INVALID', message: FIELD_HELP[field], field: [field] } };
    }
    changes.fields[field] = read;
  }
  for (const [index, { name, value }] of (given.attributes ?? []).entries()) {
    const place = ['attributes', String(index)];
    const declaration = declared.find((attribute) => attribute.name === name);
    if (declaration === undefined) {
      const names = declared.map((attribute) => attribute.name).join(', ') || 'none';
      const message = `The programme declares no such attribute; it declares: ${names}.`;
      return { problem: { code: 'ATTRIBUTE_UNKNOWN', message, field: [...place, 'name'] } };
    }
    const read = value == null ? null : readAttribute(declaration.type, value);
    if (value != null && read === null) {
      const message = `${name} is ${ATTRIBUTE_HELP[declaration.type]}.`;
      return { problem: { code: 'ATTRIBUTE_INVALID', message, field: [...place, 'value'] } };
    }
    changes.attributes[name] = read;
  }
  return { changes };
}

/** Attributes after a change. */
export const mergeAttributes = (
  known: Record<string, string>,
  changes: Record<string, string | null>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...known, ...changes }).filter((entry): entry is [string, string] => entry[1] !== null),
  );

/** `Jane Doe`; null without a name. */
export function displayName(profile: { givenName: string | null; familyName: string | null } | null): string | null {
  const names = [profile?.givenName, profile?.familyName].filter((name) => name != null);
  return names.length === 0 ? null : names.join(' ');
}
