import { describe, expect, test } from '@jest/globals';
import {
  readName,
  scopesBeyond,
  scopesForPartner,
  unknownScope,
} from '../../subgraphs/partners/api-client/api-client.rules.ts';
import {
  managesApiClients,
  partnersListed,
  seesPartner,
  seesTerminals,
} from '../../subgraphs/partners/partner/partner.rules.ts';
import { SCOPES, type Viewer } from '../../subgraphs/shared/viewer.ts';
import { anonymous, member, operator, partner, roomViewer, till } from '../support/viewer.ts';

const OWN = '01900000-0000-7000-8000-000000000001';
const OTHER = '01900000-0000-7000-8000-000000000002';
const unscoped: Viewer = { ...operator, scopes: [] };
const lost: Viewer = { kind: 'partner', space: 'live', owner: 'key:lost', scopes: [...SCOPES] };

describe('who sees what', () => {
  test.each([
    // viewer, own partner, other partner, listed, terminals, api clients of its own, of others, of the operator
    ['a member', member(OWN), true, true, null, false, false, false, false],
    ['a till', till(OWN, [...SCOPES]), true, false, [OWN], true, false, false, false],
    ['a till without scopes', till(OWN, []), true, false, [OWN], false, false, false, false],
    ['a partner', partner(OWN, [...SCOPES]), true, false, [OWN], true, true, false, false],
    ['a partner without scopes', partner(OWN, []), true, false, [OWN], false, false, false, false],
    ['a partner of nobody', lost, false, false, [], true, false, false, false],
    ['an operator', operator, true, true, null, true, true, true, true],
    ['an operator without scopes', unscoped, true, true, null, false, false, false, false],
    ['a room', roomViewer('points', 'live'), false, false, [], false, false, false, false],
    ['nobody', anonymous, false, false, [], false, false, false, false],
  ] as const)('%s', (_, viewer, own, other, listed, terminals, ownClients, otherClients, operators) => {
    expect(seesPartner(viewer, OWN)).toBe(own);
    expect(seesPartner(viewer, OTHER)).toBe(other);
    expect(partnersListed(viewer)).toEqual(listed);
    expect(seesTerminals(viewer)).toBe(terminals);
    expect(managesApiClients(viewer, OWN)).toBe(ownClients);
    expect(managesApiClients(viewer, OTHER)).toBe(otherClients);
    expect(managesApiClients(viewer, null)).toBe(operators);
  });
});

describe('scopes of an api client', () => {
  test('are among those that there are', () => {
    expect(unknownScope(['points:read', 'points:eat'], SCOPES)).toEqual({
      code: 'SCOPE_UNKNOWN',
      message: 'There is no scope "points:eat".',
    });
    expect(unknownScope(SCOPES, SCOPES)).toBeNull();
  });

  test.each(['members:manage', 'points:manage', 'ledger:verify'])('%s is for operators only', (scope) => {
    expect(scopesForPartner(['points:read', scope])?.code).toBe('SCOPE_NOT_HELD');
  });

  test('do not go beyond what the maker holds', () => {
    expect(scopesBeyond(['points:read', 'purchases:write'], ['points:read'])).toEqual({
      code: 'SCOPE_NOT_HELD',
      message: 'Your own credential does not hold purchases:write.',
    });
    expect(scopesBeyond(['points:read'], ['points:read', 'purchases:write'])).toBeNull();
    expect(scopesBeyond([], [])).toBeNull();
  });
});

test('a name is 1 to 100 printable characters without space around', () => {
  expect(readName('  Tills of Łódź ')).toBe('Tills of Łódź');
  expect(readName('x'.repeat(100))).toBe('x'.repeat(100));
  expect(readName('x'.repeat(101))).toBeNull();
  expect(readName('   ')).toBeNull();
  expect(readName('two\nlines')).toBeNull();
});
