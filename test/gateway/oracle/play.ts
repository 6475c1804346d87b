// What fields of a schema do: the same for a room's as for the monolith's. Who may read, then what is hidden, then the value.
import {
  isAbstractType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { CurrencyCode, DateTime, Day, Decimal, Locale, SafeInt } from '../../../subgraphs/shared/scalars.ts';
import { Forbidden, type Viewer } from '../../../subgraphs/shared/viewer.ts';
import { FIELDS, KEYS } from './sdl.ts';
import { isHidden, nameOf, valueAt, type Place, type Shape, type Thing } from './value.ts';
import { verdicts } from './verdict.ts';

const SCALARS = [CurrencyCode, DateTime, Day, Decimal, Locale, SafeInt];

export interface Context {
  viewer: Viewer;
  requestId: string;
}

/** Mutations that have run, in order, by the id of the request. */
export type Done = Map<string, string[]>;

/** Where a room hides an object that another room has given, what it knows of it is null, without an error. */
export class Unseen extends Error {}

const OWNERS = Map.groupBy(
  FIELDS.filter(({ external }) => !external),
  ({ type, field }) => `${type}.${field}`,
);
export const owners = (type: string, field: string) => OWNERS.get(`${type}.${field}`)!.map(({ room }) => room);

const hides = ({ __typename: type, at, from }: Thing, field: string, asker: string): boolean =>
  owners(type, field).every((room) => !from.includes(room) && isHidden(room, type, at, asker));

const typeOf = (thing: unknown): string => {
  const { __typename: type } = thing as Thing;
  return type;
};

/** Makes the schema answer. `strict` says what may be null; the data does not depend on what the schema itself says. */
export function playInto(schema: GraphQLSchema, shape: Shape, done: Done, strict = schema): void {
  const verdict = verdicts(FIELDS);
  for (const type of Object.values(schema.getTypeMap())) {
    const scalar = isScalarType(type) ? SCALARS.find(({ name }) => name === type.name) : undefined;
    if (scalar !== undefined) {
      const { serialize, parseValue, parseLiteral } = scalar;
      Object.assign(type, { serialize, parseValue, parseLiteral });
    }
    if (isAbstractType(type) && type.name !== '_Entity') type.resolveType = typeOf;
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    const owner = strict.getType(type.name) as GraphQLObjectType;
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_')) continue;
      const gives = owner.getFields()[field.name]!.type;
      const isKey = KEYS.get(type.name) === field.name;
      const resolve: GraphQLFieldResolver<Thing | undefined, Context> = (source, args, { viewer, requestId }) => {
        const decided = verdict(type.name, field.name, gives, viewer);
        if (decided === 'hidden') return null;
        if (decided !== 'granted') throw new Forbidden('FORBIDDEN', decided.message);
        const at = source?.at ?? '';
        if (source !== undefined && !isKey && hides(source, field.name, viewer.owner)) {
          if (!isNonNullType(gives)) return null;
          throw new Unseen();
        }
        const place: Place = { type: type.name, at, field: field.name, args, asker: viewer.owner };
        if (type === schema.getMutationType()) done.get(requestId)?.push(nameOf(place));
        return isKey ? at : valueAt(shape, place, gives);
      };
      field.resolve = resolve as GraphQLFieldResolver<unknown, unknown>;
    }
  }
}
