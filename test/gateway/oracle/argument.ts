// Arguments of a random operation: literals, and variables in every way in which one may be declared and given.
// What is drawn from seed 0 is the least: what must be there, in its simplest form.
import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
} from 'graphql';

/** A number from 0 to 1, the next one at each call. */
export type Draw = () => number;

/** Mulberry32. */
export function draws(seed: number): Draw {
  if (seed === 0) return () => 0;
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LEAVES: Record<string, readonly unknown[]> = {
  Boolean: [true, false],
  Int: [1, 2, 0, -7],
  SafeInt: [1, 250, 9_007_199_254_740_991],
  String: ['a', '', 'b "c" \\ Ł 😀', '$v0'],
  ID: ['mbr_1', 'rwd_2', '3'],
  Decimal: ['12.50', '-1'],
  Date: ['2026-08-14', '2024-02-29'],
  DateTime: ['2026-08-14T12:00:00Z', '2026-08-14T12:00:00.5+02:00'],
  CurrencyCode: ['PLN', 'GBP'],
  Locale: ['pl', 'en-gb'],
};

const from = <T>(values: readonly T[], draw: Draw): T => values[Math.floor(draw() * values.length)]!;

export class Variables {
  readonly values: Record<string, unknown> = {};
  readonly #declared: { name: string; type: string; text: string }[] = [];

  /** `($v0: Int = 1)`, or nothing. */
  get declarations(): string {
    return this.#declared.length === 0 ? '' : `(${this.#declared.map(({ text }) => text).join(', ')})`;
  }

  /** A literal or a variable for a place of this type. */
  at(type: GraphQLInputType, draw: Draw, hasDefault = false): string {
    if (draw() > 0.65) return this.#variable(type, draw, hasDefault);
    if (!isNonNullType(type) && draw() > 0.9) return 'null';
    const open = isNonNullType(type) ? type.ofType : type;
    if (isListType(open)) return `[${times(draw, () => this.at(open.ofType, draw)).join(', ')}]`;
    if (isInputObjectType(open)) {
      const fields = wanted(Object.values(open.getFields()), isRequiredInputField, draw);
      return `{ ${fields.map((field) => `${field.name}: ${this.at(field.type, draw)}`).join(', ')} }`;
    }
    const value = leaf(open, draw);
    return isEnumType(open) ? String(value) : JSON.stringify(value);
  }

  /** `(first: 1, after: $v0)`, or nothing. */
  arguments(args: readonly GraphQLArgument[], draw: Draw): string {
    const given = wanted(args, isRequiredArgument, draw).map(
      (arg) => `${arg.name}: ${this.at(arg.type, draw, arg.defaultValue !== undefined)}`,
    );
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  /** `hasDefault`: the place may be left out although it must not be null. */
  #variable(type: GraphQLInputType, draw: Draw, hasDefault: boolean): string {
    const known = this.#declared.filter((one) => one.type === String(type));
    if (known.length > 0 && draw() > 0.5) return `$${from(known, draw).name}`;
    const name = `v${this.#declared.length}`;
    const open = isNonNullType(type) ? type.ofType : type;
    const otherwise = draw() > 0.75 ? ` = ${constant(open, draw)}` : '';
    // Where null may not be, a variable may be nullable if it, or the place, has a default.
    const isNullable = !isNonNullType(type) || (draw() > 0.5 && (hasDefault || otherwise !== ''));
    const declared = String(isNullable ? open : type);
    this.#declared.push({ name, type: declared, text: `$${name}: ${declared}${otherwise}` });
    const isLeftOut = (isNullable || otherwise !== '') && draw() > 0.5;
    if (!isLeftOut) this.values[name] = plain(type, draw);
    return `$${name}`;
  }
}

function times<T>(draw: Draw, make: () => T): T[] {
  return Array.from({ length: Math.floor(draw() * 3) }, make);
}

const wanted = <T extends GraphQLArgument | GraphQLInputField>(
  all: readonly T[],
  isRequired: (one: T) => boolean,
  draw: Draw,
): T[] => all.filter((one) => isRequired(one) || draw() > 0.6);

function leaf(type: GraphQLInputType, draw: Draw): unknown {
  if (isEnumType(type)) return from(type.getValues(), draw).name;
  return from(LEAVES[String(type)]!, draw);
}

/** A value as JSON has it. */
function plain(type: GraphQLInputType, draw: Draw): unknown {
  if (isNonNullType(type)) return plainOpen(type.ofType, draw);
  return draw() > 0.9 ? null : plainOpen(type, draw);
}

function plainOpen(type: GraphQLInputType, draw: Draw): unknown {
  if (isListType(type)) return times(draw, () => plain(type.ofType, draw));
  if (!isInputObjectType(type)) return leaf(type, draw);
  const fields = wanted(Object.values(type.getFields()), isRequiredInputField, draw);
  return Object.fromEntries(fields.map((field) => [field.name, plain(field.type, draw)]));
}

/** The same as a literal without variables. */
function constant(type: GraphQLInputType, draw: Draw): string {
  if (isNonNullType(type)) return constant(type.ofType, draw);
  if (isListType(type)) return `[${times(draw, () => constant(type.ofType, draw)).join(', ')}]`;
  if (!isInputObjectType(type)) return isEnumType(type) ? String(leaf(type, draw)) : JSON.stringify(leaf(type, draw));
  const fields = wanted(Object.values(type.getFields()), isRequiredInputField, draw);
  return `{ ${fields.map((field) => `${field.name}: ${constant(field.type, draw)}`).join(', ')} }`;
}
