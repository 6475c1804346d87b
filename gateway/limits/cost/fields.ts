// The fields that an operation asks of one object type, fragments put in, those of one response key together:
// a field that is written in five fragments is fetched once and costs once.
import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Condition } from './sum.ts';

/** One place of a document; all its conditions must hold. */
export interface Place<Node> {
  node: Node;
  conditions: readonly Condition[];
}

/** Where a field is asked: once at the least. */
export type Places = readonly [Place<FieldNode>, ...Place<FieldNode>[]];

/** Null: it is never asked. */
function conditionsOf(directives: readonly DirectiveNode[] = []): Condition[] | null {
  const conditions: Condition[] = [];
  for (const { name, arguments: given } of directives) {
    const included = name.value === GraphQLIncludeDirective.name;
    if (!included && name.value !== GraphQLSkipDirective.name) continue;
    const value = given?.[0]?.value;
    if (value?.kind === Kind.VARIABLE) conditions.push({ variable: value.name.value, included });
    if (value?.kind === Kind.BOOLEAN && value.value !== included) return null;
  }
  return conditions;
}

/** The document must be valid. */
export function fieldsOf(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  type: GraphQLObjectType,
  places: readonly Place<SelectionSetNode>[],
): Map<string, Places> {
  const fields = new Map<string, Places>();

  function applies(condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const abstract = schema.getType(condition);
    return isAbstractType(abstract) && schema.isSubType(abstract, type);
  }

  function collect({ node: { selections }, conditions }: Place<SelectionSetNode>): void {
    for (const selection of selections) {
      const own = conditionsOf(selection.directives);
      if (own === null) continue;
      const all = [...conditions, ...own];
      if (selection.kind === Kind.FIELD) {
        const place = { node: selection, conditions: all };
        const key = selection.alias?.value ?? selection.name.value;
        const known = fields.get(key);
        fields.set(key, known === undefined ? [place] : [...known, place]);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value)! : selection;
      if (applies(fragment.typeCondition?.name.value)) collect({ node: fragment.selectionSet, conditions: all });
    }
  }

  places.forEach(collect);
  return fields;
}
