// The parts of one operation: what each may cost, and what a value in its place did. Closures are made once; a request
// walks only what costs something.
import {
  getNamedType,
  GraphQLError,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { argumentsCost, expectedSize, LIST_SIZE, type InputCost } from './arguments.ts';
import { fieldsOf, type Place, type Places } from './fields.ts';
import { evaluate, most, sum, times, when, type Cost, type Variables } from './sum.ts';
import type { Weights } from './weights.ts';

/** Of all types that an object may turn out to have; nested ones multiply, whatever the document's own size. */
const FIELDS_MAX = 10_000;

export interface Part {
  requested: Cost;
  actual(value: unknown, variables: Variables): number;
}

/** A schema, and what it says that its parts cost. */
export interface Priced {
  schema: GraphQLSchema;
  weights: Weights;
  inputCost: InputCost;
}

/** Lists of the fields of this name are so long, as the field above says. */
interface Sized {
  names: readonly string[];
  size: Cost;
}

const FREE: Part = { requested: 0, actual: () => 0 };

const constant = (weight: number): Part => (weight === 0 ? FREE : { requested: weight, actual: () => weight });

/** A cost where the field is asked, in one of these places. */
export const askedAt = (places: Places, cost: Cost): Cost =>
  when(
    places.map(({ conditions }) => conditions),
    cost,
  );

const listDepth = (type: GraphQLOutputType): number =>
  isNonNullType(type) ? listDepth(type.ofType) : isListType(type) ? 1 + listDepth(type.ofType) : 0;

/** In lists of lists each item. A null costs what the field itself says: finding nothing may be as much work. */
function items(depth: number, one: Part, ofNull: number): Part['actual'] {
  if (depth === 0) return (value, variables) => (value === null ? ofNull : one.actual(value, variables));
  const inner = items(depth - 1, one, ofNull);
  return (value, variables) => {
    let total = 0;
    if (Array.isArray(value)) for (const item of value) total += inner(item, variables);
    return total;
  };
}

/** What is asked of a field, in each of its places. */
const setsOf = (places: readonly Place<FieldNode>[]): Place<SelectionSetNode>[] =>
  places.flatMap(({ node: { selectionSet }, conditions }) =>
    selectionSet === undefined ? [] : [{ node: selectionSet, conditions }],
  );

export class Parts {
  readonly #priced: Priced;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  #compiled = 0;

  constructor(priced: Priced, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#priced = priced;
    this.#fragments = fragments;
  }

  fieldsOf(type: GraphQLObjectType, sets: readonly Place<SelectionSetNode>[]): Map<string, Places> {
    return fieldsOf(this.#priced.schema, this.#fragments, type, sets);
  }

  /** The fields of an object, by key; those that cost nothing are left out. */
  object(type: GraphQLObjectType, sets: readonly Place<SelectionSetNode>[], sized: Sized | null = null): Part {
    const all = [...this.fieldsOf(type, sets)].map(([key, places]) => [key, this.#field(type, places, sized)] as const);
    const parts = all.filter(([, part]) => part.requested !== 0);
    return {
      requested: sum(parts.map(([, part]) => part.requested)),
      actual(value, variables) {
        let total = 0;
        for (const [key, part] of parts) total += part.actual((value as Variables)[key], variables);
        return total;
      },
    };
  }

  /** One value that has fields. `own` is what the field that gives it says, instead of its type. */
  #composite(
    type: GraphQLCompositeType,
    own: number | null,
    sets: readonly Place<SelectionSetNode>[],
    sized: Sized | null,
  ): Part {
    const { schema, weights } = this.#priced;
    const typed = (possible: GraphQLObjectType): Part => {
      const inside = this.object(possible, sets, sized);
      const weight = own ?? weights.ofType(possible);
      return {
        requested: sum([weight, inside.requested]),
        actual: (value, variables) => weight + inside.actual(value, variables),
      };
    };
    if (isObjectType(type)) return typed(type);
    const possibleTypes = schema.getPossibleTypes(type);
    const byName = new Map(possibleTypes.map((possible) => [possible.name, typed(possible)]));
    const parts = [...byName.values()];
    const fields = possibleTypes.flatMap((possible) => [...this.fieldsOf(possible, sets)]);
    const nameKey = fields.find(([, [{ node }]]) => node.name.value === '__typename')?.[0] ?? '__typename';
    return {
      requested: most(parts.map(({ requested }) => requested)),
      actual(value, variables) {
        const { __typename: name = (value as Variables)[nameKey] } = value as Variables;
        const known = byName.get(String(name));
        return known?.actual(value, variables) ?? Math.max(...parts.map((part) => part.actual(value, variables)));
      },
    };
  }

  #field(parent: GraphQLObjectType, places: Places, from: Sized | null): Part {
    const [{ node }] = places;
    const definition = parent.getFields()[node.name.value];
    // What begins with __ is answered from the schema.
    if (definition === undefined) return FREE;
    this.#count();
    const { weights, inputCost } = this.#priced;
    const named = getNamedType(definition.type);
    const own = weights.ofField(definition);
    const listSize = weights.listSize(definition);
    const size = listSize === null ? LIST_SIZE : expectedSize(listSize, node, definition);
    const sized = { names: listSize?.sizedFields ?? [], size };
    const one = isCompositeType(named)
      ? this.#composite(named, own, setsOf(places), sized)
      : constant(own ?? weights.ofType(named));
    const depth = listDepth(definition.type);
    const length = from?.names.includes(definition.name) ? from.size : size;
    const count = depth === 0 ? 1 : times(length, LIST_SIZE ** (depth - 1));
    const given = argumentsCost(node, definition, inputCost);
    const answered = items(depth, one, own ?? 0);
    return {
      requested: askedAt(places, sum([given, times(count, one.requested)])),
      actual: (value, variables) => (value === undefined ? 0 : evaluate(given, variables) + answered(value, variables)),
    };
  }

  #count(): void {
    this.#compiled += 1;
    if (this.#compiled <= FIELDS_MAX) return;
    const message = `An operation is limited to ${FIELDS_MAX} fields of all types that its objects may have.`;
    throw new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX', http: { status: 400 } } });
  }
}
