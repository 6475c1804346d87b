// What a fetch brings to the objects that it is about: which keys, for objects of which types, under which conditions.
import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { Data } from '../run.ts';
import { conditions, hold, type Conjunction } from '../writer/condition.ts';
import { fragmentsIn, operationIn } from '../operation.ts';

export interface Brought {
  key: string;
  /** Null: for objects of any type. */
  type: string | null;
  when: Conjunction;
}

/** `field`: the key of a list of entities; null: what is at the root. */
export function broughtBy(operation: string, field: string | null): Brought[] {
  const document = parse(operation, { noLocation: true });
  const fragments = fragmentsIn(document);
  const found: Brought[] = [];
  function collect({ selections }: SelectionSetNode, type: string | null, outer: Conjunction): void {
    for (const node of selections) {
      const when = conditions(node, outer);
      if (when === null) continue;
      if (node.kind === Kind.FIELD) {
        found.push({ key: (node.alias ?? node.name).value, type, when });
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value)!;
      collect(fragment.selectionSet, fragment.typeCondition?.name.value ?? type, when);
    }
  }
  const root = operationIn(document).selectionSet;
  if (field === null) collect(root, null, []);
  for (const node of field === null ? [] : root.selections) {
    if (node.kind === Kind.FIELD && (node.alias ?? node.name).value === field) collect(node.selectionSet!, null, []);
  }
  return found;
}

/** Whether the variables leave anything of it. What is `ours` nobody has asked for. */
export function isWanted(brought: readonly Brought[], ours: string, variables: Data): boolean {
  const asked = brought.filter(({ key }) => key !== ours);
  return asked.length === 0 || asked.some(({ when }) => hold(when, variables));
}

/** The keys that the variables leave, of those that `fits` says. */
export const keysLeft = (brought: readonly Brought[], variables: Data, fits: (one: Brought) => boolean): string[] => [
  ...new Set(brought.filter((one) => hold(one.when, variables) && fits(one)).map(({ key }) => key)),
];
