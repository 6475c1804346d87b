// Whom a field is for, read anew from the directives in the rooms' SDL: one rule for the monolith and the rooms, to which
// the gateway's must come out the same.
import { isNonNullType, type GraphQLOutputType } from 'graphql';
import type { Viewer } from '../../../subgraphs/shared/viewer.ts';
import type { SdlField } from './sdl.ts';

/** Hidden: null without an error. */
export type Verdict = 'granted' | 'hidden' | { message: string };

export type Verdicts = (type: string, field: string, gives: GraphQLOutputType, viewer: Viewer) => Verdict;

const KINDS = ['member', 'till', 'partner', 'operator'];

/** What else than being of its kind the viewer needs, one of these lists; by the policies that are for its kind. */
function needed({ scopes, policies }: SdlField, kind: string): string[][] {
  const own = policies.filter((names) => KINDS.every((other) => other === kind || !names.includes(other)));
  const byPolicy = policies.length === 0 ? [[]] : own.map((names) => names.filter((name) => name !== kind));
  const byScope = scopes.length === 0 ? [[]] : scopes;
  return byPolicy.flatMap((one) => byScope.map((other) => [...one, ...other]));
}

/** Null where it may be null; but a mutation was not done, and who asks at the root is told which scope is missing. */
export function verdicts(fields: readonly SdlField[]): Verdicts {
  const owners = new Map(fields.filter(({ external }) => !external).map((one) => [`${one.type}.${one.field}`, one]));
  return (type, field, gives, { kind, scopes }) => {
    const owner = owners.get(`${type}.${field}`)!;
    const isNullable = !isNonNullType(gives);
    if (!owner.kinds.includes(kind)) {
      return isNullable && type !== 'Mutation' ? 'hidden' : { message: `${type}.${field} is not for a ${kind}.` };
    }
    const lists = needed(owner, kind);
    if (lists.some((list) => list.every((scope) => scopes.includes(scope)))) return 'granted';
    if (isNullable && type !== 'Query' && type !== 'Mutation') return 'hidden';
    return { message: `This needs the scope ${lists.map((list) => list.join(' and ')).join(' or ')}.` };
  };
}
