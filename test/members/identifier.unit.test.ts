import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cardNumber, checkDigit, isCardNumber, randomDigits } from '../../subgraphs/members/identifier/card.rules.ts';
import {
  distinctKeys,
  identifierKey,
  readEmail,
  readPhone,
} from '../../subgraphs/members/identifier/identifier.rules.ts';

const SPELLING = { cardPrefix: '290', defaultCountry: 'GB' };
const key = (kind: 'CARD' | 'EMAIL' | 'PHONE' | 'EXTERNAL', value: string, partnerId: string | null = null) =>
  identifierKey({ kind, value }, SPELLING, partnerId)?.value ?? null;

test('the check digit is that of GS1', () => {
  expect(checkDigit('629104150021')).toBe('3');
  expect(checkDigit('400638133393')).toBe('1');
  expect(checkDigit('290000000000')).toBe('1');
});

test('every generated card is valid, and one wrong digit makes it invalid', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10 ** randomDigits('290') - 1 }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 1, max: 9 }),
      (random, place, by) => {
        const card = cardNumber('290', random);
        const wrong = card.slice(0, place) + ((Number(card[place]) + by) % 10) + card.slice(place + 1);

        expect(isCardNumber(card, '290')).toBe(true);
        expect(isCardNumber(wrong, '290')).toBe(false);
      },
    ),
  );
});

test.each([
  [' Jane.Doe@Example.COM ', 'jane.doe@example.com'],
  ['ｊａｎｅ＠example.com', 'jane@example.com'],
  ['jane+till@żółw.pl', 'jane+till@żółw.pl'],
  ['jane', null],
  ['jane@localhost', null],
  ['jane@@example.com', null],
  ['ja ne@example.com', null],
  ['jane@exa_mple.com', null],
  ['jane@-example.com', null],
  ['jane\u0000@example.com', null],
  [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  [`${'a'.repeat(65)}@example.com`, null],
  [`a@${'b.'.repeat(125)}com`, `a@${'b.'.repeat(125)}com`.length > 254 ? null : `a@${'b.'.repeat(125)}com`],
  ['', null],
])('the e-mail %j is %j', (typed, read) => {
  expect(readEmail(typed)).toBe(read);
});

test('an e-mail in its normal spelling is its own normal spelling', () => {
  const typed = fc.tuple(fc.string({ unit: 'grapheme' }), fc.domain()).map(([local, domain]) => `${local}@${domain}`);
  fc.assert(
    fc.property(fc.oneof(fc.emailAddress(), typed), (text) => {
      const read = readEmail(text);
      if (read !== null) expect(readEmail(read)).toBe(read);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['07700 900123', '+447700900123'],
  ['+44 7700 900-123', '+447700900123'],
  ['0044 7700 900123', '+447700900123'],
  ['+48 600 700 800', '+48600700800'],
  ['+371 2000 0000', '+37120000000'],
  ['12', null],
  ['+44 7700 900123 ext. 4', null],
  ['call me on 07700 900123', null],
  ['', null],
  ['7'.repeat(1000), null],
])('the phone %j is %j', (typed, read) => {
  expect(readPhone(typed, 'GB')).toBe(read);
});

test('a card is its 13 digits, with the programme’s prefix and a right check digit', () => {
  expect(key('CARD', '2900 0000 0000-1')).toBe('2900000000001');
  expect(key('CARD', '2900000000008')).toBeNull();
  expect(key('CARD', '4006381333931')).toBeNull();
  expect(key('CARD', '290000000000')).toBeNull();
});

test('a partner’s own id is kept as it is, within that partner only', () => {
  expect(identifierKey({ kind: 'EXTERNAL', value: ' Crm-7 ' }, SPELLING, 'north')).toEqual({
    kind: 'EXTERNAL',
    namespace: 'north',
    value: 'Crm-7',
  });
  expect(key('EXTERNAL', 'Crm-7')).toBeNull();
  expect(key('EXTERNAL', 'x'.repeat(101), 'north')).toBeNull();
  expect(key('EXTERNAL', 'a\u0000b', 'north')).toBeNull();
  expect(key('EXTERNAL', '\ud800', 'north')).toBeNull();
});

test('no text makes an identifier fail', () => {
  fc.assert(
    fc.property(fc.constantFrom('CARD', 'EMAIL', 'PHONE', 'EXTERNAL'), fc.string({ unit: 'binary' }), (kind, value) => {
      const read = key(kind, value, 'north');

      expect(read === null || (read.isWellFormed() && !read.includes('\u0000'))).toBe(true);
    }),
  );
});

test('keys come out once and in one order, however they were sent', () => {
  const kinds = fc.constantFrom('CARD' as const, 'EMAIL' as const, 'PHONE' as const);
  const keys = fc.array(fc.record({ kind: kinds, namespace: fc.constant(''), value: fc.string({ maxLength: 2 }) }));
  fc.assert(
    fc.property(keys, (sent) => {
      expect(distinctKeys([...sent, ...sent].toReversed())).toEqual(distinctKeys(sent));
    }),
  );
});
