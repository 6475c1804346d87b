// Data that nobody stores: what a field answers follows from where it is asked alone - type, identity, field, arguments.
// So whoever asks, through whatever rooms, gets the same: values, nulls, errors.
import { GraphQLError, isListType, isNonNullType, type GraphQLNamedOutputType, type GraphQLOutputType } from 'graphql';
import { Refused } from '../../../subgraphs/shared/refusal.ts';
import { Forbidden } from '../../../subgraphs/shared/viewer.ts';

/** An object: an entity is named by its key, any other by where it was found. */
export interface Thing {
  readonly __typename: string;
  readonly at: string;
  /** The rooms, any of which can have given it. */
  readonly from: readonly string[];
}

export interface Place {
  type: string;
  at: string;
  field: string;
  args: Record<string, unknown>;
  /** To another asker everything is different. */
  asker: string;
}

/** What must be known of the schema to make a value of a type. */
export interface Shape {
  /** Types or enum values that every room with this field can give. */
  candidates(place: Place): readonly string[];
  /** The rooms that answer this field. */
  owners(place: Place): readonly string[];
  kindOf(type: GraphQLNamedOutputType): 'scalar' | 'enum' | 'object' | 'abstract';
  isEntity(type: string): boolean;
}

/** Few, so that they repeat within one answer. */
const ENTITIES = 5;
const LENGTHS = [0, 1, 1, 2, 2, 2, 3, 3];
/** One in so many. */
const NULLS = 12;
const ERRORS = 40;
const ERRORS_OF_NON_NULL = 150;

/** FNV-1a with a finish that spreads its low bits. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const TEXTS = [
  '',
  'tea',
  'line\nbreak',
  'quo"te \\ back',
  'Ł€ 😀',
  '\u2028\u0000\u001f',
  '</script>',
  '\ud800',
  '{"a":1}',
];
const LEAVES: Record<string, (h: number) => unknown> = {
  ID: (h) => `id_${h % 1000}`,
  String: (h) => (h % 3 === 0 ? TEXTS[(h >>> 4) % TEXTS.length] : `text ${h % 1000}`),
  Boolean: (h) => h % 2 === 0,
  Int: (h) => h | 0,
  Float: (h) => (h % 1000) / 7,
  SafeInt: (h) => (h - 2 ** 31) * ((h % 5) * 400_000 + 1),
  Decimal: (h) => `${h % 10_000}.${String(h % 89).padStart(2, '0')}`,
  Date: (h) => `20${10 + (h % 20)}-0${1 + (h % 9)}-1${h % 10}`,
  DateTime: (h) => `20${10 + (h % 20)}-0${1 + (h % 9)}-1${h % 10}T12:00:00.${String(h % 1_000_000).padStart(6, '0')}Z`,
  CurrencyCode: (h) => ['PLN', 'GBP', 'EUR'][h % 3],
  Locale: (h) => ['pl', 'en-GB', 'lv'][h % 3],
};

function failure(h: number, { type, field }: Place): Error {
  const what = `${type}.${field} fails (${h % 100})`;
  switch (h % 6) {
    case 0:
      return new Forbidden('FORBIDDEN', what);
    case 1:
      return new GraphQLError(what, { extensions: { code: 'BAD_USER_INPUT', hint: 'not for clients' } });
    case 2:
      return new Refused('CURSOR_INVALID', what);
    case 3:
      return new GraphQLError(what, { extensions: { code: 'TEAPOT' } });
    default:
      return new Error(what);
  }
}

/** Rooms may see arguments in another order. */
const ordered = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** The same for the same arguments. */
export const nameOf = ({ type, at, field, args, asker }: Place) =>
  `${asker}|${type}|${at}|${field}|${JSON.stringify(args, ordered)}`;

/** To such an asker some rooms hide some members. */
export const HIDING = ' from whom some hide';

export const isHidden = (room: string, type: string, at: string, asker: string): boolean =>
  type === 'Member' && asker.endsWith(HIDING) && hash(`${asker}|${room}|${at}`) % 2 === 0;

/** What a field answers, or throws. */
export function valueAt(shape: Shape, place: Place, gives: GraphQLOutputType): unknown {
  const coordinates = nameOf(place);
  const fate = hash(`${coordinates}|fate`);
  if (fate % (isNonNullType(gives) ? ERRORS_OF_NON_NULL : ERRORS) === 0) throw failure(fate >>> 8, place);
  return made(shape, place, gives, coordinates);
}

function made(shape: Shape, place: Place, gives: GraphQLOutputType, coordinates: string): unknown {
  const h = hash(coordinates);
  if (!isNonNullType(gives) && (h >>> 3) % NULLS === 0) return null;
  const type = isNonNullType(gives) ? gives.ofType : gives;
  if (isListType(type)) {
    const length = LENGTHS[(h >>> 5) % LENGTHS.length]!;
    return Array.from({ length }, (_, n) =>
      made(shape, place, type.ofType as GraphQLOutputType, `${coordinates}[${n}]`),
    );
  }
  const named = type as GraphQLNamedOutputType;
  switch (shape.kindOf(named)) {
    case 'scalar':
      return LEAVES[named.name]!(h);
    case 'enum': {
      const values = shape.candidates(place);
      return values[h % values.length];
    }
    case 'abstract': {
      const types = shape.candidates(place);
      return thing(shape, place, types[h % types.length]!, coordinates);
    }
    case 'object':
      return thing(shape, place, named.name, coordinates);
  }
}

function thing(shape: Shape, place: Place, type: string, coordinates: string): Thing {
  const h = hash(`${coordinates}|at`);
  const at = shape.isEntity(type) ? `${type.toLowerCase()}_${h % ENTITIES}` : h.toString(36);
  return { __typename: type, at, from: shape.owners(place) };
}
