// Scalars are texts in the API and in the rows alike, so that no float and no time zone slips in between.
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLSafeInt } from 'graphql-scalars';

function textScalar(name: string, description: string, read: (text: string) => string | null): GraphQLScalarType {
  const parse = (value: unknown): string => {
    const text = typeof value === 'string' ? read(value) : null;
    if (text === null) throw new GraphQLError(`${JSON.stringify(value)} is no ${name}. ${description}`);
    return text;
  };
  return new GraphQLScalarType<string, string>({
    name,
    description,
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : null),
    serialize: (value) => String(value),
  });
}

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339 → UTC with six decimals; null when it is none. */
export function readInstant(text: string): string | null {
  const [, seconds, fraction = '', zone] = INSTANT.exec(text) ?? [];
  if (seconds === undefined || !isDay(seconds.slice(0, 10))) return null;
  const at = new Date(`${seconds}${zone}`);
  if (Number.isNaN(at.getTime())) return null;
  const utc = at.toISOString();
  if (!isDay(utc.slice(0, 10))) return null;
  return `${utc.slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
}

/** Of the years 1 to 9999, which PostgreSQL knows too. */
function isDay(text: string): boolean {
  if (!/^(?!0000)\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

function readLocale(text: string): string | null {
  try {
    return text.length <= 35 ? new Intl.Locale(text).toString() : null;
  } catch {
    return null;
  }
}

export const DateTime = textScalar(
  'DateTime',
  'An instant, RFC 3339, `2026-08-14T12:00:00Z`; answers are UTC.',
  readInstant,
);
export const Day = textScalar('Date', 'A day, ISO 8601, `2026-08-14`.', (text) => (isDay(text) ? text : null));
export const Decimal = textScalar('Decimal', 'A decimal number as a string, `12.50`.', (text) =>
  /^-?\d{1,18}(\.\d{1,9})?$/.test(text) ? text : null,
);
export const CurrencyCode = textScalar('CurrencyCode', 'An ISO 4217 code, `PLN`; never a points currency.', (text) =>
  CURRENCIES.has(text) ? text : null,
);
export const Locale = textScalar('Locale', 'A language, BCP 47, `pl`.', readLocale);
export const SafeInt = GraphQLSafeInt;

/** Currencies whose smallest unit is not a hundredth, as ISO 4217 has it; what browsers show differs, and changes. */
const EXPONENTS: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};
const DECIMALS = new Map(
  Object.entries(EXPONENTS).flatMap(([digits, codes]) =>
    codes.split(' ').map((code) => [code, Number(digits)] as const),
  ),
);

/** Digits after the point of a money currency, ISO 4217. */
export const moneyDecimals = (currencyCode: string): number => DECIMALS.get(currencyCode) ?? 2;
