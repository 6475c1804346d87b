// Whether a selection is asked for: `@skip` and `@include` of it and of what it stands in.
import { Kind, type DirectiveNode, type SelectionNode } from 'graphql';
import type { Data } from '../run.ts';

interface Term {
  variable: string;
  wanted: boolean;
}

/** All of them must hold; none: always. */
export type Conjunction = readonly Term[];

/** Always, when null. `none`: where the same was asked before. */
export type When = { all: Conjunction; none: readonly Conjunction[] } | null;

function termOf({ name, arguments: given }: DirectiveNode): Term | boolean {
  const wanted = name.value === 'include';
  const value = given?.find((argument) => argument.name.value === 'if')?.value;
  if (value?.kind === Kind.VARIABLE) return { variable: value.name.value, wanted };
  return value?.kind === Kind.BOOLEAN ? value.value === wanted : true;
}

/** With what holds already; null: never. */
export function conditions({ directives = [] }: SelectionNode, outer: Conjunction): Conjunction | null {
  let found = outer;
  for (const directive of directives) {
    if (directive.name.value !== 'skip' && directive.name.value !== 'include') continue;
    const term = termOf(directive);
    if (term === false) return null;
    if (term !== true) found = [...found, term];
  }
  return found;
}

export const hold = (terms: Conjunction, variables: Data): boolean =>
  terms.every(({ variable, wanted }) => variables[variable] === wanted);

export const holds = (when: When, variables: Data): boolean =>
  when === null || (hold(when.all, variables) && !when.none.some((terms) => hold(terms, variables)));
