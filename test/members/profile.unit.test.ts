import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { consentProblem } from '../../subgraphs/members/consent/consent.rules.ts';
import { readAttribute } from '../../subgraphs/members/profile/attribute.rules.ts';
import { displayName, mergeAttributes, readProfile } from '../../subgraphs/members/profile/profile.rules.ts';

const RULES = {
  today: '2026-08-14',
  attributes: [
    { name: 'shop', type: 'text' as const },
    { name: 'size', type: 'number' as const },
  ],
};

test.each([
  ['text', ' Dover ', 'Dover'],
  ['text', '', null],
  ['text', 'x'.repeat(501), null],
  ['text', 'a\nb', null],
  ['number', '007.50', '7.5'],
  ['number', '-0.0', '0'],
  ['number', '-2.5', '-2.5'],
  ['number', '1e3', null],
  ['number', '1,5', null],
  ['boolean', 'true', 'true'],
  ['boolean', 'yes', null],
  ['date', '2024-02-29', '2024-02-29'],
  ['date', '2023-02-29', null],
] as const)('an attribute of type %s reads %j as %j', (type, value, read) => {
  expect(readAttribute(type, value)).toBe(read);
});

test('a number in its normal spelling is its own normal spelling, and the same number', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat({ max: 999_999 }), (whole, fraction) => {
      const text = `${whole}.${String(fraction).padStart(6, '0')}`;
      const read = readAttribute('number', text)!;

      expect(readAttribute('number', read)).toBe(read);
      expect(Number(read) === Number(text)).toBe(true);
    }),
  );
});

test('a change holds what was sent: left out stays, null clears', () => {
  const given = {
    givenName: ' Jane ',
    familyName: null,
    birthday: '2000-02-29',
    country: 'GB',
    attributes: [
      { name: 'shop', value: 'Dover' },
      { name: 'size', value: null },
    ],
  };

  expect(readProfile(given, RULES)).toEqual({
    changes: {
      fields: { givenName: 'Jane', familyName: null, birthday: '2000-02-29', country: 'GB' },
      attributes: { shop: 'Dover', size: null },
    },
  });
});

test.each([
  [{ givenName: '' }, 'PROFILE_INVALID', ['givenName']],
  [{ familyName: 'x'.repeat(101) }, 'PROFILE_INVALID', ['familyName']],
  [{ birthday: '2026-08-15' }, 'PROFILE_INVALID', ['birthday']],
  [{ birthday: '1899-12-31' }, 'PROFILE_INVALID', ['birthday']],
  [{ country: 'gb' }, 'PROFILE_INVALID', ['country']],
  [{ country: 'ZZ' }, 'PROFILE_INVALID', ['country']],
  [{ attributes: [{ name: 'shoe', value: '1' }] }, 'ATTRIBUTE_UNKNOWN', ['attributes', '0', 'name']],
  [
    {
      attributes: [
        { name: 'shop', value: 'Dover' },
        { name: 'size', value: 'big' },
      ],
    },
    'ATTRIBUTE_INVALID',
    ['attributes', '1', 'value'],
  ],
])('the profile %j is refused with %s at %j', (given, code, field) => {
  expect(readProfile(given, RULES)).toEqual({ problem: { code, field, message: expect.any(String) } });
});

test('attributes that are not named stay, and null removes one', () => {
  expect(mergeAttributes({ shop: 'Dover', size: '2' }, { size: null, eco: 'true' })).toEqual({
    shop: 'Dover',
    eco: 'true',
  });
});

test('a member is called by the names that are known', () => {
  expect(displayName({ givenName: 'Jane', familyName: 'Doe' })).toBe('Jane Doe');
  expect(displayName({ givenName: null, familyName: 'Doe' })).toBe('Doe');
  expect(displayName({ givenName: null, familyName: null })).toBeNull();
});

test.each([
  ['PROFILING', null, null, true],
  ['PROFILING', 'north', null, false],
  ['PARTNER_SHARING', null, null, false],
  ['PARTNER_SHARING', 'north', null, true],
  ['PARTNER_SHARING', 'north', 'north', true],
  ['PARTNER_SHARING', 'harbour', 'north', false],
] as const)(
  'a consent to %s with %s through a credential of %s can be recorded: %s',
  (purpose, partnerId, own, can) => {
    expect(consentProblem({ purpose, partnerId }, own) === null).toBe(can);
  },
);
