// What is answered under each name, so that selections of one place can be merged.
import { isObjectType, type GraphQLCompositeType } from 'graphql';

export interface Answered {
  parent: GraphQLCompositeType;
  signature: string;
  type: string;
  isLeaf: boolean;
  scope: Scope;
}

/** What is answered under each name at one place. */
export type Scope = Map<string, Answered[]>;

/** The first name under which it can be answered beside what is there; the last one always can. */
export function placed(scope: Scope, names: readonly string[], field: Answered): [string, Scope] {
  for (const name of names) {
    const others = scope.get(name) ?? [];
    if (!others.every((other) => canMerge(other, field))) continue;
    const same = others.find(({ signature }) => signature === field.signature);
    const inner = same?.scope ?? field.scope;
    scope.set(name, [...others, { ...field, scope: inner }]);
    return [name, inner];
  }
  throw new Error('no name was free');
}

/** Stricter than the specification: where it allows other sub-selections, this asks for the same leaf type. */
function canMerge(one: Answered, other: Answered): boolean {
  if (one.type !== other.type) return false;
  if (one.signature === other.signature) return true;
  const areApart = isObjectType(one.parent) && isObjectType(other.parent) && one.parent !== other.parent;
  return areApart && one.isLeaf;
}
