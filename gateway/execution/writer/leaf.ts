// A leaf of an answer as JSON, and what writes it in generated code. Anything but a value of its type a room should not
// have sent.
import { isEnumType, isSpecifiedScalarType, type GraphQLLeafType } from 'graphql';
import { integer, piece, raw, text } from './output.ts';

/** Undefined: no value of the type. */
export type LeafJson = (value: unknown) => string | undefined;

/** False: no value of the type. */
export type LeafWriter = (value: unknown) => boolean;

const json: LeafJson = (value) => JSON.stringify(value);

/** 32 bits, as the specification has it. */
const isInt = (value: unknown): boolean => typeof value === 'number' && (value | 0) === value;

const SCALARS: Record<string, LeafJson> = {
  String: (value) => (typeof value === 'string' ? json(value) : undefined),
  ID: (value) =>
    typeof value === 'string' ? json(value) : Number.isInteger(value) ? `"${value as number}"` : undefined,
  Int: (value) => (isInt(value) ? String(value) : undefined),
  Float: (value) => (Number.isFinite(value) ? String(value) : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? String(value) : undefined),
};

export function leafJson(type: GraphQLLeafType): LeafJson {
  if (isEnumType(type)) {
    const known = new Map(type.getValues().map(({ name }) => [name as unknown, json(name)]));
    return (value) => known.get(value);
  }
  // Of scalars of our own rooms have serialised the values.
  return isSpecifiedScalarType(type) ? SCALARS[type.name]! : json;
}

export function leafWriter(type: GraphQLLeafType): LeafWriter {
  const of = leafJson(type);
  if (isEnumType(type)) {
    const known = new Map(type.getValues().map(({ name }) => [name as unknown, Buffer.from(of(name)!)]));
    return (value) => {
      const found = known.get(value);
      if (found !== undefined) piece(found);
      return found !== undefined;
    };
  }
  const other = (value: unknown): boolean => {
    const found = of(value);
    if (found !== undefined) raw(found);
    return found !== undefined;
  };
  if (type.name === 'Boolean' || type.name === 'Float') return other;
  const takesText = type.name !== 'Int';
  const takesInteger = type.name !== 'String' && type.name !== 'ID';
  return (value) => {
    if (takesText && typeof value === 'string') text(value);
    else if (takesInteger && isInt(value)) integer(value as number);
    else return other(value);
    return true;
  };
}
