// What the client reads, type by type: the fields of each object in the order of the specification, fragments put in
// and selections of one key joined.
import {
  getNamedType,
  GraphQLNonNull,
  GraphQLString,
  isAbstractType,
  isCompositeType,
  Kind,
  typeFromAST,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { conditions, type Conjunction, type When } from './condition.ts';

/** What a viewer may not read: null without a word, or with an error. */
export type Denied = 'hidden' | { code: string; message: string };

export interface Field {
  /** The client's key. */
  key: string;
  /** The key in what rooms have answered. */
  from: string;
  name: string;
  type: GraphQLOutputType;
  when: When;
  denied?: Denied;
  /** Of an object's field. */
  shape?: Shape;
}

export interface Shape {
  type: GraphQLCompositeType;
  /** The names of the types that an object can have here. */
  types: readonly string[];
  /** Of an object of one of these types; undefined: of no other. */
  fields(type: string): readonly Field[] | undefined;
}

export interface ShapeParts {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  clientKey(key: string): string;
  denied(type: string, field: string): Denied | undefined;
}

/** What is written of `__typename`, `__schema` and `__type` comes from the schema. */
const OF_THE_SCHEMA = new GraphQLNonNull(GraphQLString);

const TYPENAME = '__typename';

/** A selection set, and what must hold for it beyond what holds for the object. */
interface Asked {
  set: SelectionSetNode;
  when: Conjunction;
}

/** One place where a field is selected. */
interface Place {
  key: string;
  from: string;
  name: string;
  when: Conjunction;
  set: SelectionSetNode | undefined;
}

export function shapeOf({ operation, selectionSet }: OperationDefinitionNode, parts: ShapeParts): Shape {
  return shape(parts.schema.getRootType(operation)!, [{ set: selectionSet, when: [] }], parts);
}

function shape(type: GraphQLCompositeType, asked: Asked[], parts: ShapeParts): Shape {
  const possible = isAbstractType(type) ? parts.schema.getPossibleTypes(type) : [type];
  // Worked out when it is needed: types within types would be as many as their product.
  const known = new Map<string, Field[]>();
  return {
    type,
    types: possible.map(({ name }) => name),
    fields(name) {
      const object = possible.find((each) => each.name === name);
      if (!known.has(name) && object !== undefined) known.set(name, fieldsOf(object, asked, parts));
      return known.get(name);
    },
  };
}

/** A field stands where it is first asked for: which of its places that is may depend on conditions. */
function fieldsOf(type: GraphQLObjectType, asked: Asked[], parts: ShapeParts): Field[] {
  const places: Place[] = [];
  for (const one of asked) collect(type, one, parts, places);
  const shapes = new Map<string, Shape | undefined>();
  return places.flatMap((place, index): Field[] => {
    const { key, from, name, when } = place;
    const none = places.slice(0, index).flatMap((before) => (before.key === key ? [before.when] : []));
    if (none.some((terms) => terms.length === 0)) return [];
    const field = { key, from, name, type: type.getFields()[name]?.type ?? OF_THE_SCHEMA };
    const denied = parts.denied(type.name, name);
    if (denied === undefined && !shapes.has(key)) {
      const same = places.filter((other) => other.key === key);
      shapes.set(key, shapeWithin(field.type, same, parts));
    }
    const inner = shapes.get(key);
    return [
      {
        ...field,
        when: when.length === 0 && none.length === 0 ? null : { all: when, none },
        ...(denied === undefined ? {} : { denied }),
        ...(denied === undefined && inner !== undefined ? { shape: inner } : {}),
      },
    ];
  });
}

function shapeWithin(type: GraphQLOutputType, places: Place[], parts: ShapeParts): Shape | undefined {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return undefined;
  // Where there is one place, what is within need not ask again whether it holds.
  const asked = places.flatMap(({ set, when }) =>
    set === undefined ? [] : [{ set, when: places.length === 1 ? [] : when }],
  );
  return shape(named, asked, parts);
}

function applies(
  type: GraphQLObjectType,
  condition: GraphQLCompositeType | undefined,
  { schema }: ShapeParts,
): boolean {
  return (
    condition === undefined || condition === type || (isAbstractType(condition) && schema.isSubType(condition, type))
  );
}

function collect(type: GraphQLObjectType, { set, when: outer }: Asked, parts: ShapeParts, found: Place[]): void {
  for (const node of set.selections) {
    const when = conditions(node, outer);
    if (when === null) continue;
    if (node.kind !== Kind.FIELD) {
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : parts.fragments.get(node.name.value)!;
      const condition = fragment.typeCondition && typeFromAST(parts.schema, fragment.typeCondition);
      if (applies(type, condition as GraphQLCompositeType | undefined, parts))
        collect(type, { set: fragment.selectionSet, when }, parts, found);
      continue;
    }
    const from = (node.alias ?? node.name).value;
    const { name, selectionSet: inner } = node;
    found.push({ key: parts.clientKey(from), from, name: name.value, when, set: inner });
  }
}

const within = (shapes: readonly Shape[], key: string | number): Shape[] =>
  shapes.flatMap((each) =>
    fieldsAt(each).flatMap(({ from, shape: inner }) => (from === key && inner !== undefined ? [inner] : [])),
  );

const shapesAt = (root: Shape, path: readonly (string | number)[]): Shape[] =>
  path.reduce<Shape[]>((shapes, step) => (step === '@' ? shapes : within(shapes, step)), [root]);

/** A path in what a fetch for objects at a path of the plan has brought, as far as the client reads it, in its keys. */
export function seen(
  root: Shape,
  at: readonly (string | number)[],
  path: readonly (string | number)[],
): (string | number)[] {
  let shapes = shapesAt(root, at);
  const told: (string | number)[] = [];
  for (const step of path) {
    if (typeof step === 'number') {
      told.push(step);
      continue;
    }
    const field = shapes.flatMap((each) => fieldsAt(each)).find(({ from }) => from === step);
    if (field === undefined) break;
    told.push(field.key);
    shapes = within(shapes, step);
  }
  return told;
}

/** Of these keys, those that the client reads of objects at a path of the plan. */
export function shown(root: Shape, path: readonly (string | number)[], keys: readonly string[]): string[] {
  const fields = shapesAt(root, path).flatMap((each) => fieldsAt(each));
  const read = new Set(fields.map(({ from }) => from));
  const found = [...new Set(keys)].filter((key) => read.has(key) && key !== TYPENAME);
  // Of a fetch that says of which type an object is, and nothing else.
  return found.length > 0 || !keys.includes(TYPENAME)
    ? found
    : fields.flatMap(({ name, from }) => (name === TYPENAME ? [from] : [])).slice(0, 1);
}

const fieldsAt = ({ types, fields }: Shape): Field[] => types.flatMap((type) => [...fields(type)!]);
