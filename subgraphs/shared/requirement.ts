// What a field asks of who reads it, and what becomes of it for those who have it not. One rule: the rooms' guard takes
// it with what is declared beside the resolvers, the gateway with what it reads in the supergraph.
import type { Viewer, ViewerKind } from './viewer.ts';

/** All scopes of one of these lists; an empty list is always met, and where there is no list nothing helps. */
export type Needs = readonly (readonly string[])[];

export interface Requirement {
  /** `Type.field` */
  readonly place: string;
  /** Of which root type it is; null: of none. */
  readonly root: 'query' | 'mutation' | null;
  readonly nullable: boolean;
  /** By each kind of viewer that it is for. */
  readonly needs: ReadonlyMap<ViewerKind, Needs>;
}

/** `hidden`: null without an error. */
export type Verdict = 'granted' | 'hidden' | { code: 'UNAUTHENTICATED' | 'FORBIDDEN'; message: string };

/**
 * A field for other kinds is null, and one whose scope is missing too; forbidden where it cannot be null. Who asks at
 * the root is told: of a missing scope always, and of each mutation that does nothing.
 */
export function verdict({ place, root, nullable, needs }: Requirement, { kind, scopes }: Viewer): Verdict {
  if (kind === 'anonymous') return { code: 'UNAUTHENTICATED', message: 'Send a credential.' };
  const lists = needs.get(kind);
  if (lists === undefined) {
    if (nullable && root !== 'mutation') return 'hidden';
    return { code: 'FORBIDDEN', message: `${place} is not for a ${kind}.` };
  }
  if (lists.some((list) => list.every((scope) => scopes.includes(scope)))) return 'granted';
  if (nullable && root === null) return 'hidden';
  const missing = lists.map((list) => list.join(' and ')).join(' or ');
  return { code: 'FORBIDDEN', message: `This needs the scope ${missing}.` };
}
