// Selections of a random operation, from a tree of choices: every tree gives a valid selection set, so that a shorter tree
// gives a shorter one. What would not merge with what is answered under the same name gets another name.
import {
  doTypesOverlap,
  getNamedType,
  isCompositeType,
  isLeafType,
  isUnionType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { draws, Variables } from './argument.ts';
import { placed, type Scope } from './scope.ts';

export interface Choice {
  /** Which field or type condition. */
  pick: number;
  /** 0 to 99: as a field, in an inline fragment, in a named one. */
  form: number;
  /** 0 to 99: without or with which alias. */
  name: number;
  /** 0 to 99: without or with which `@skip` and `@include`. */
  when: number;
  /** Seed of the arguments. */
  args: number;
  of: Choice[];
}

type Field = GraphQLField<unknown, unknown>;

const FIELDS_MAX = 32;
/** Names that federation gives a meaning. */
const FORGED = ['id', '__typename', 'code', '_entities', 'representations', '__typename_1'];

/** What can be chosen from at each type. */
export class Menu {
  readonly schema: GraphQLSchema;
  readonly #conditions = new Map<GraphQLCompositeType, GraphQLCompositeType[]>();
  readonly #fields = new Map<GraphQLCompositeType, { deep: Field[]; leaves: Field[] }>();

  constructor(schema: GraphQLSchema) {
    this.schema = schema;
    const types = Object.values(schema.getTypeMap()).filter(isCompositeType);
    for (const type of types) {
      this.#conditions.set(type, [type, ...types.filter((other) => doTypesOverlap(schema, other, type))]);
      const fields = isUnionType(type) ? [] : Object.values(type.getFields());
      const isDeep = (field: Field) => isCompositeType(getNamedType(field.type));
      this.#fields.set(type, { deep: fields.filter(isDeep), leaves: fields.filter((field) => !isDeep(field)) });
    }
  }

  /** Types that a fragment may be on; the type itself first, and twice. */
  conditions = (type: GraphQLCompositeType) => this.#conditions.get(type)!;
  fields = (type: GraphQLCompositeType) => this.#fields.get(type)!;
}

export class Selections {
  readonly variables = new Variables();
  readonly fragments: { name: string; on: GraphQLCompositeType; text: string }[] = [];
  readonly #menu: Menu;
  #left = FIELDS_MAX;

  constructor(menu: Menu) {
    this.#menu = menu;
  }

  /** `{ … }` */
  set(type: GraphQLCompositeType, choices: readonly Choice[], scope: Scope = new Map()): string {
    const all = choices.map((choice) => this.#selection(type, choice, scope)).filter((text) => text !== '');
    if (all.length > 0) return `{ ${all.join(' ')} }`;
    const isForged = scope.get('__typename')?.some(({ signature }) => signature !== '__typename') === true;
    return isForged ? '{ kind: __typename }' : '{ __typename }';
  }

  #selection(type: GraphQLCompositeType, choice: Choice, scope: Scope): string {
    if (this.#left <= 0) return '';
    if (choice.form < 70 || choice.of.length === 0) return this.#field(type, choice, scope);
    const conditions = this.#menu.conditions(type);
    const on = conditions[choice.pick % conditions.length]!;
    if (choice.form < 85) {
      const condition = choice.pick % 4 === 3 ? '' : ` on ${on.name}`;
      return `...${condition}${this.#when(choice)} ${this.set(condition === '' ? type : on, choice.of, scope)}`;
    }
    const known = this.fragments.filter((fragment) => doTypesOverlap(this.#menu.schema, fragment.on, type));
    if (choice.form > 95 && known.length > 0)
      return `...${known[choice.pick % known.length]!.name}${this.#when(choice)}`;
    const text = this.set(on, choice.of, scope);
    const name = `F${this.fragments.length}`;
    this.fragments.push({ name, on, text });
    return `...${name}${this.#when(choice)}`;
  }

  #field(type: GraphQLCompositeType, choice: Choice, scope: Scope): string {
    const { deep, leaves } = this.#menu.fields(type);
    const isDeep = choice.of.length > 0 && deep.length > 0;
    // Beyond the leaves there is `__typename`.
    const field = isDeep ? deep[choice.pick % deep.length] : leaves[choice.pick % (leaves.length + 1)];
    this.#left -= 1;
    const called =
      field === undefined ? '__typename' : `${field.name}${this.variables.arguments(field.args, draws(choice.args))}`;
    const gives = field === undefined ? 'String!' : String(field.type);
    const named = field === undefined ? undefined : getNamedType(field.type);
    const inner: Scope = new Map();
    const answered = {
      parent: type,
      signature: called,
      type: gives,
      isLeaf: named === undefined || isLeafType(named),
      scope: inner,
    };
    const alias = aliasFor(choice, [...leaves, ...deep]);
    const own = field?.name ?? '__typename';
    const [name, place] = placed(scope, [alias ?? own, own, `a${this.#left}`], answered);
    const set = named !== undefined && isCompositeType(named) ? ` ${this.set(named, choice.of, place)}` : '';
    return `${name === own ? '' : `${name}: `}${called}${this.#when(choice)}${set}`;
  }

  #when({ when, args }: Choice): string {
    if (when < 90) return '';
    const draw = draws(args + 1);
    const condition = `if: ${this.variables.at(this.#menu.schema.getDirective('skip')!.args[0]!.type, draw)}`;
    if (when < 94) return ` @include(${condition})`;
    if (when < 98) return ` @skip(${condition})`;
    return ` @skip(${condition}) @include(if: true)`;
  }
}

function aliasFor({ name, pick }: Choice, fields: readonly { name: string }[]): string | undefined {
  if (name < 65) return undefined;
  if (name < 80) return fields[(pick >>> 3) % fields.length]?.name;
  if (name < 92) return FORGED[pick % FORGED.length];
  return 'ab'[pick % 2];
}
