// What a supergraph says of its fields, as the gateway reads it, and when two viewers are served alike.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maskOf, requirements } from '../../../gateway/authorization/requirements.ts';
import { verdict, type Requirement } from '../../../subgraphs/shared/requirement.ts';
import type { Scope, Viewer, ViewerKind } from '../../../subgraphs/shared/viewer.ts';

const required = requirements(`
  schema { query: Query mutation: Mutation }

  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @policy(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  scalar policy__Policy
  scalar requiresScopes__Scope

  type Query {
    open: String
    signedIn: String @authenticated
    forPrograms: String @authenticated @requiresScopes(scopes: [["points:read"]])
    forTills: String! @authenticated @requiresScopes(scopes: [["points:read"]]) @policy(policies: [["till"]])
    forMembers: String @authenticated @policy(policies: [["member"], ["operator", "points:read"]])
    animal: Animal
  }

  type Mutation { write: String @authenticated @policy(policies: [["operator"]]) }

  interface Animal { id: ID! name: String }
  type Cat implements Animal { id: ID! name: String @policy(policies: [["member"], ["till"]]) secret: Secret vault: Vault }
  type Dog implements Animal { id: ID! name: String @policy(policies: [["till"], ["operator"]]) }
  type Vault @requiresScopes(scopes: [["points:read", "points:manage"], ["partners:read"]]) { gold: Int @policy(policies: [["partner"]]) }
  scalar Secret @policy(policies: [["operator"]])
`);

const viewer = (kind: ViewerKind, ...scopes: Scope[]): Viewer => ({ kind, space: 'live', owner: 'o', scopes });
const forbidden = (message: string) => ({ code: 'FORBIDDEN', message });
const notFor = (place: string, kind: string) => forbidden(`${place} is not for a ${kind}.`);
const needs = (scopes: string) => forbidden(`This needs the scope ${scopes}.`);

describe('a field', () => {
  test('without a directive asks nothing', () => {
    expect(required('Query', 'open')).toBeNull();
    expect(required('Animal', 'id')).toBeNull();
    expect(required('Query', 'unheardOf')).toBeNull();
  });

  test.each<[string, string, Viewer, unknown]>([
    // a root field with @authenticated
    ['Query', 'signedIn', viewer('anonymous'), { code: 'UNAUTHENTICATED', message: 'Send a credential.' }],
    ['Query', 'signedIn', viewer('member'), 'granted'],
    ['Query', 'signedIn', viewer('till'), 'granted'],
    // scopes alone are not for members
    ['Query', 'forPrograms', viewer('member'), 'hidden'],
    ['Query', 'forPrograms', viewer('till', 'points:read'), 'granted'],
    ['Query', 'forPrograms', viewer('operator', 'points:manage'), needs('points:read')],
    // scopes and kinds: both hold
    ['Query', 'forTills', viewer('till', 'points:read'), 'granted'],
    ['Query', 'forTills', viewer('till'), needs('points:read')],
    ['Query', 'forTills', viewer('partner', 'points:read'), notFor('Query.forTills', 'partner')],
    // a policy of a kind with a scope
    ['Query', 'forMembers', viewer('member'), 'granted'],
    ['Query', 'forMembers', viewer('operator', 'points:read'), 'granted'],
    ['Query', 'forMembers', viewer('operator'), needs('points:read')],
    ['Query', 'forMembers', viewer('till', 'points:read'), 'hidden'],
    // a mutation is never hidden
    ['Mutation', 'write', viewer('operator'), 'granted'],
    ['Mutation', 'write', viewer('member'), notFor('Mutation.write', 'member')],
    // what the type that it gives asks
    ['Cat', 'secret', viewer('operator'), 'granted'],
    ['Cat', 'secret', viewer('till'), 'hidden'],
    ['Cat', 'vault', viewer('operator', 'points:read', 'points:manage'), 'granted'],
    ['Cat', 'vault', viewer('operator', 'partners:read'), 'granted'],
    ['Cat', 'vault', viewer('operator', 'points:read'), 'hidden'],
    // what the type asks that it is in
    ['Vault', 'gold', viewer('partner', 'partners:read'), 'granted'],
    ['Vault', 'gold', viewer('partner'), 'hidden'],
    ['Vault', 'gold', viewer('operator', 'partners:read'), 'hidden'],
    // of an interface: what every type asks that may be behind it
    ['Animal', 'name', viewer('till'), 'granted'],
    ['Animal', 'name', viewer('member'), 'hidden'],
    ['Animal', 'name', viewer('operator'), 'hidden'],
    ['Cat', 'name', viewer('member'), 'granted'],
  ])('%s.%s', (type, field, who, expected) => {
    expect(verdict(required(type, field)!, who)).toEqual(expected);
  });

  test('names all scopes that would help', () => {
    const vault = { ...required('Cat', 'vault')!, nullable: false };

    expect(verdict(vault, viewer('operator'))).toEqual(needs('points:read and points:manage or partners:read'));
  });
});

test('a mask is the same for exactly those viewers to whom the same is granted, hidden and refused', () => {
  const all = [
    ['Query', 'signedIn'],
    ['Query', 'forPrograms'],
    ['Query', 'forTills'],
    ['Query', 'forMembers'],
    ['Mutation', 'write'],
    ['Cat', 'vault'],
    ['Vault', 'gold'],
  ].map(([type, field]) => required(type!, field!)!);
  const kinds: ViewerKind[] = ['anonymous', 'member', 'till', 'partner', 'operator', 'room'];
  const scopes: Scope[] = ['points:read', 'points:manage', 'partners:read'];
  const viewers = fc
    .record({ kind: fc.constantFrom(...kinds), scopes: fc.subarray(scopes) })
    .map((known) => viewer(known.kind, ...known.scopes));
  const verdicts = (asked: Requirement[], who: Viewer) => asked.map((requirement) => verdict(requirement, who));

  fc.assert(
    fc.property(fc.subarray(all), viewers, viewers, (asked, one, other) => {
      const alike = JSON.stringify(verdicts(asked, one)) === JSON.stringify(verdicts(asked, other));

      expect(maskOf(asked, one) === maskOf(asked, other)).toBe(alike);
    }),
    { numRuns: 1_000 },
  );
});
