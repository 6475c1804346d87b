// What a schema says that its parts cost: `@cost` and `@listSize` of the IBM cost specification, as federation 2.9 has them.
// Defaults are the specification's: an object of answers or input is 1, what has no fields is free.
import {
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

type Part = GraphQLNamedType | GraphQLField<unknown, unknown> | GraphQLInput;
export type GraphQLInput = GraphQLArgument | GraphQLInputField;
export type AnyField = GraphQLField<unknown, unknown>;

export interface ListSize {
  /** Where no argument says it. */
  assumedSize?: number | null;
  /** Arguments, or paths into them, `filter.max`. */
  slicingArguments?: readonly string[] | null;
  /** Fields one level below, whose lists are as long; the field itself is where there are none. */
  sizedFields?: readonly string[] | null;
  requireOneSlicingArgument: boolean;
}

export interface Weights {
  /** Of one value of this type. */
  ofType(type: GraphQLNamedType): number;
  /** Said of the field itself: it stands for the weight of what the field gives. */
  ofField(field: AnyField): number | null;
  /** Of one value. */
  ofInput(input: GraphQLInput): number;
  listSize(field: AnyField): ListSize | null;
}

/** What is read of a part of the schema is read once. */
function once<Of extends object, Found>(find: (part: Of) => Found): (part: Of) => Found {
  const known = new Map<Of, Found>();
  return (part) => {
    const found = known.get(part);
    if (found !== undefined || known.has(part)) return found as Found;
    const first = find(part);
    known.set(part, first);
    return first;
  };
}

export function weightsOf(schema: GraphQLSchema): Weights {
  const cost = schema.getDirective('cost');
  const listSize = schema.getDirective('listSize');

  /** A number in federation, a string in the specification. */
  const weight = once(({ astNode }: Part): number | null => {
    const given = cost && astNode ? getDirectiveValues(cost, astNode)?.['weight'] : undefined;
    return given === undefined ? null : Number(given);
  });
  const ofType = (type: GraphQLNamedType) => weight(type) ?? (isCompositeType(type) || isInputObjectType(type) ? 1 : 0);

  return {
    ofType,
    ofField: weight,
    ofInput: (input) => weight(input) ?? ofType(getNamedType(input.type)),
    listSize: once(({ astNode }: AnyField): ListSize | null => {
      const values = listSize && astNode ? getDirectiveValues(listSize, astNode) : undefined;
      return (values as ListSize | undefined) ?? null;
    }),
  };
}
