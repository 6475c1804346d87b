import { describe, expect, test } from '@jest/globals';
import { scopesBeyond, scopesForPartner, unknownScope } from '../../subgraphs/partners/api-client/api-client.rules.ts';
import { manages, partnersListed, seesPartner } from '../../subgraphs/partners/partner/partner.rules.ts';
import { CODE, readName } from '../../subgraphs/partners/text.rules.ts';
import { SCOPES, type Viewer } from '../../subgraphs/shared/viewer.ts';
import { anonymous, member, operator, partner, roomViewer, till } from '../support/viewer.ts';

const OWN = '01900000-0000-7000-8000-000000000001';
const OTHER = '01900000-0000-7000-8000-000000000002';
const unscoped: Viewer = { ...operator, scopes: [] };
const lost: Viewer = { kind: 'partner', space: 'live', owner: 'key:lost', scopes: [...SCOPES] };

describe('who sees what', () => {
  test.each([
    // viewer, sees its own partner, another; listed; changes its own partner, another, the operator's own
    ['a member', member(OWN), true, true, null, false, false, false],
    ['a till', till(OWN, [...SCOPES]), true, false, [OWN], false, false, false],
    ['a till without scopes', till(OWN, []), true, false, [OWN], false, false, false],
    ['a partner', partner(OWN, [...SCOPES]), true, false, [OWN], true, false, false],
    ['a partner without scopes', partner(OWN, []), true, false, [OWN], false, false, false],
    ['a partner of nobody', lost, false, false, [], false, false, false],
    ['an operator', operator, true, true, null, true, true, true],
    ['an operator without scopes', unscoped, true, true, null, false, false, false],
    ['a room', roomViewer('points', 'live'), false, false, [], false, false, false],
    ['nobody', anonymous, false, false, [], false, false, false],
  ] as const)('%s', (_, viewer, own, other, listed, changesOwn, changesOther, operators) => {
    expect(seesPartner(viewer, OWN)).toBe(own);
    expect(seesPartner(viewer, OTHER)).toBe(other);
    expect(partnersListed(viewer)).toEqual(listed);
    expect(manages(viewer, OWN)).toBe(changesOwn);
    expect(manages(viewer, OTHER)).toBe(changesOther);
    expect(manages(viewer, null)).toBe(operators);
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

test.each([
  ['northside', true],
  ['N', true],
  ['0.a_b-c', true],
  ['x'.repeat(64), true],
  ['x'.repeat(65), false],
  ['', false],
  ['-north', false],
  ['.north', false],
  ['north side', false],
  ['north\n', false],
  ['łódź', false],
])('that "%s" is a code: %s', (text, expected) => {
  expect(CODE.test(text)).toBe(expected);
});
