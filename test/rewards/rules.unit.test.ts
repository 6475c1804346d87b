import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unavailability } from '../../subgraphs/rewards/catalogue/offer.rules.ts';
import { rewardDocument } from '../../subgraphs/rewards/catalogue/reward.rules.ts';
import { textIn } from '../../subgraphs/rewards/catalogue/text.rules.ts';
import { codeText, RANDOM_LETTERS, readCode } from '../../subgraphs/rewards/voucher/code.rules.ts';

const random = fc.uint8Array({ minLength: RANDOM_LETTERS, maxLength: RANDOM_LETTERS });
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

describe('a voucher’s code', () => {
  test('is four groups of four', () => {
    expect(codeText(new Uint8Array(RANDOM_LETTERS))).toBe('0000-0000-0000-0000');
    expect(codeText(Uint8Array.from({ length: RANDOM_LETTERS }, (_, index) => index + 1))).toMatch(
      /^1234-5678-9ABC-DEF.$/,
    );
  });

  test('is read as people type it', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        const code = codeText(bytes);
        const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');

        expect(readCode(code)).toBe(code);
        expect(readCode(typed)).toBe(code);
      }),
    );
  });

  test('with one letter wrong is none', () => {
    fc.assert(
      fc.property(random, fc.nat(15), fc.nat(31), (bytes, place, value) => {
        const letters = codeText(bytes).replaceAll('-', '');
        fc.pre(letters[place] !== LETTERS[value]);

        expect(readCode(letters.slice(0, place) + LETTERS[value] + letters.slice(place + 1))).toBeNull();
      }),
    );
  });

  test.each(['', '0000', '0000-0000-0000-000U', 'é'.repeat(16), '0'.repeat(17)])('"%s" is none', (text) => {
    expect(readCode(text)).toBeNull();
  });
});

describe('an offer', () => {
  const reward = { currency: 'points', points: 100, stock: null, tiers: null, open: true };
  const standing = { tierCode: 'member', balances: [{ currency: 'points', available: 100 }] };

  test.each([
    ['is available', {}, {}, []],
    ['misses points', {}, { balances: [{ currency: 'points', available: 40 }] }, [['MISSING_POINTS', 60]]],
    ['misses all in a currency that the member has not', { currency: 'stars' }, {}, [['MISSING_POINTS', 100]]],
    ['is for another tier', { tiers: ['gold'] }, {}, [['TIER_REQUIRED', null]]],
    ['is for this tier', { tiers: ['member', 'gold'] }, {}, []],
    ['is out of its window', { open: false }, {}, [['OUTSIDE_WINDOW', null]]],
    ['is out of stock', { stock: 0 }, {}, [['OUT_OF_STOCK', null]]],
    ['is the last one', { stock: 1 }, {}, []],
    [
      'says every reason',
      { tiers: ['gold'], open: false, stock: 0 },
      { balances: [] },
      [
        ['MISSING_POINTS', 100],
        ['TIER_REQUIRED', null],
        ['OUTSIDE_WINDOW', null],
        ['OUT_OF_STOCK', null],
      ],
    ],
  ])('%s', (_, over, seen, expected) => {
    const reasons = unavailability({ ...reward, ...over }, { ...standing, ...seen });

    expect(reasons.map(({ code, missingPoints }) => [code, missingPoints])).toEqual(expected);
  });
});

describe('a text', () => {
  const texts = { en: 'coffee', pl: 'kawa' };

  test.each([
    ['pl', 'kawa'],
    ['pl-PL', 'kawa'],
    ['lv', 'coffee'],
    ['de', 'coffee'],
    [null, 'coffee'],
  ])('in %s is %s', (locale, expected) => {
    expect(textIn(texts, locale)).toBe(expected);
  });
});

describe('a reward’s document', () => {
  const document = {
    code: 'coffee',
    kind: 'FREE_PRODUCT',
    name: { en: 'A coffee' },
    price: { currency: 'points', points: 1 },
  };

  test('needs little', () => {
    expect(rewardDocument.parse(document)).toEqual({ ...document, refundable: false });
  });

  test.each([
    ['a price of 0', { price: { currency: 'points', points: 0 } }],
    ['a price in parts', { price: { currency: 'points', points: 1.5 } }],
    ['no English name', { name: { pl: 'kawa' } }],
    ['a picture over http', { pictureUrl: 'http://example.com/a.png' }],
    ['a script for a picture', { pictureUrl: 'javascript:alert(1)' }],
    [
      'a window that ends before it begins',
      { visible: { from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' } },
    ],
    ['an instant that is none', { available: { from: 'tomorrow' } }],
    ['a kind that is none', { kind: 'MAGIC' }],
    ['money too fine', { value: { amount: '1.001', currencyCode: 'GBP' } }],
    ['money that is none', { value: { amount: '1', currencyCode: 'XXZ' } }],
    ['vouchers of no days', { voucherDays: 0 }],
    ['a word that it does not know', { colour: 'red' }],
  ])('is refused with %s', (_, over) => {
    expect(rewardDocument.safeParse({ ...document, ...over }).success).toBe(false);
  });
});
