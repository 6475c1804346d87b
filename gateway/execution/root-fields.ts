// What an operation asks at its root, behind fragments too.
import { Kind, type DocumentNode, type SelectionSetNode } from 'graphql';

/** The document must be valid: fragments that spread themselves have no end. */
export function rootFields(document: DocumentNode, { selections }: SelectionSetNode): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(document, selection.selectionSet);
    const fragment = document.definitions.find(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootFields(document, fragment.selectionSet) : [];
  });
}

/** Asks about the schema and nothing else. */
export const isIntrospection = (document: DocumentNode, set: SelectionSetNode): boolean =>
  rootFields(document, set).every((name) => name.startsWith('__'));
