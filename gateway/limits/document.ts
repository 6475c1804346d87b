// How large an operation may be, counted on the parsed document with its fragments put in, before it is validated:
// validation and planning cost more than linearly. Every definition is counted, whichever is going to run.
import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Counted by the parser; the documents of our own clients have 400 at the most. */
export const TOKENS_MAX = 15_000;

export interface Limits {
  depth: number;
  fields: number;
  aliases: number;
  directives: number;
  rootFields: number;
}

export const LIMITS: Limits = {
  /** Each level may multiply by the length of a list; our own documents have 7. */
  depth: 12,
  /** What is planned, fetched and written; our own documents have 103. */
  fields: 1_000,
  /** Each may ask the same field again. */
  aliases: 30,
  /** There are three worth writing: `@include`, `@skip` and, on a mutation, `@idempotent`. */
  directives: 50,
  /** Each may be an operation of a room by itself. */
  rootFields: 20,
};

const NAMES: Record<keyof Limits, string> = {
  depth: 'levels of fields',
  fields: 'fields, with its fragments put in',
  aliases: 'aliases',
  directives: 'directives',
  rootFields: 'fields at its root',
};

/** Tokens allow thousands of levels. Counting, which calls itself, stops long before the stack ends. */
const NESTING_MAX = 200;

interface Size {
  depth: number;
  fields: number;
  aliases: number;
  directives: number;
  /** How often each field is asked at the top, by name. */
  roots: Map<string, number>;
}

type Definition = OperationDefinitionNode | FragmentDefinitionNode;

function excess(counts: Partial<Limits>, limits: Limits): string | null {
  for (const [name, count] of Object.entries(counts) as [keyof Limits, number][]) {
    if (count > limits[name]) return `An operation is limited to ${limits[name]} ${NAMES[name]}.`;
  }
  return null;
}

const excessOf = ({ fields, aliases, directives }: Size, limits: Limits) =>
  excess({ fields, aliases, directives }, limits);

/** Counts each fragment once, however often it is spread; one that spreads itself adds nothing more, and is invalid. */
function counter(
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  limits: Limits,
): (definition: Definition) => Size {
  const known = new Map<Definition, Size>();
  const nothing = (): Size => ({ depth: 0, fields: 0, aliases: 0, directives: 0, roots: new Map() });

  function ofDefinition(definition: Definition, nesting: number): Size {
    const found = known.get(definition);
    if (found !== undefined) return found;
    known.set(definition, nothing());
    const size = ofSet(definition.selectionSet, nesting);
    for (const node of [definition, ...(definition.variableDefinitions ?? [])])
      size.directives += node.directives?.length ?? 0;
    known.set(definition, size);
    return size;
  }

  function ofSet({ selections }: SelectionSetNode, nesting: number): Size {
    const size = nothing();
    if (nesting > NESTING_MAX) size.fields = Infinity;
    for (const selection of selections) {
      // What is too large already is not counted on: that bounds the work.
      if (excessOf(size, limits) !== null) break;
      add(size, selection, nesting + 1);
    }
    return size;
  }

  function add(size: Size, selection: SelectionNode, nesting: number): void {
    const inner = within(selection, nesting);
    size.directives += inner.directives + (selection.directives?.length ?? 0);
    size.aliases += inner.aliases;
    size.fields += inner.fields;
    if (selection.kind === Kind.FIELD) {
      const { name, alias } = selection;
      size.fields += 1;
      if (alias !== undefined) size.aliases += 1;
      // Introspection is deep by nature; graphql-js has a rule of its own for how often it may go in circles.
      size.depth = Math.max(size.depth, /^__(schema|type)$/.test(name.value) ? 1 : 1 + inner.depth);
      size.roots.set(name.value, (size.roots.get(name.value) ?? 0) + 1);
    } else {
      size.depth = Math.max(size.depth, inner.depth);
      for (const [name, times] of inner.roots) size.roots.set(name, (size.roots.get(name) ?? 0) + times);
    }
  }

  function within(selection: SelectionNode, nesting: number): Size {
    if (selection.kind !== Kind.FRAGMENT_SPREAD)
      return selection.selectionSet === undefined ? nothing() : ofSet(selection.selectionSet, nesting);
    const fragment = fragments.get(selection.name.value);
    return fragment === undefined ? nothing() : ofDefinition(fragment, nesting);
  }

  return (definition) => ofDefinition(definition, 0);
}

/** What makes a document too large to be looked at; null when nothing does. */
export function tooLarge({ definitions }: DocumentNode, limits: Limits = LIMITS): string | null {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const count = counter(new Map(fragments.map((fragment) => [fragment.name.value, fragment])), limits);
  for (const definition of [...operations, ...fragments]) {
    const problem = excessOf(count(definition), limits);
    if (problem !== null) return problem;
  }
  for (const operation of operations) {
    const { depth, roots } = count(operation);
    const rootFields = [...roots.values()].reduce((sum, times) => sum + times, 0);
    const problem = excess({ depth, rootFields }, limits);
    if (problem !== null) return problem;
    // Else one request would try a hundred secrets, or make a hundred, and count as one.
    const again = [...roots].find(([, times]) => times > 1)?.[0];
    if (operation.operation === OperationTypeNode.MUTATION && again !== undefined)
      return `An operation may ask each mutation once; ${again} comes again.`;
  }
  return null;
}
