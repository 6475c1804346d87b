import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isKeyText, keyPrefix, keyText } from '../../subgraphs/shared/api-key.ts';

const random = fc.uint8Array({ minLength: 32, maxLength: 32 });
const keys = fc.tuple(fc.boolean(), random).map(([sandbox, bytes]) => keyText(sandbox, bytes));
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-é'.split('');

describe('an API key', () => {
  test('has the form that is published', () => {
    const live = keyText(false, new Uint8Array(32).fill(255));
    const sandbox = keyText(true, new Uint8Array(32));

    expect(live).toBe('lyl_live_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp14Dnxft');
    expect(sandbox).toBe('lyl_test_00000000000000000000000000000000000000000001XodXl');
    expect(keyPrefix(live)).toBe('lyl_live_yhjskwd');
  });

  test('holds, whatever its bytes', () => {
    fc.assert(fc.property(keys, (key) => isKeyText(key) && key.length === 58));
  });

  test('is refused after any change of one character', () => {
    const place = fc.nat({ max: 57 });
    const letter = fc.constantFrom(...LETTERS);

    fc.assert(
      fc.property(keys, place, letter, (key, index, other) => {
        fc.pre(key[index] !== other);
        return !isKeyText(key.slice(0, index) + other + key.slice(index + 1));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is refused with one character more, one less, or two neighbours swapped', () => {
    fc.assert(
      fc.property(keys, fc.nat({ max: 56 }), fc.constantFrom(...LETTERS), (key, index, letter) => {
        const [a, b] = [key[index]!, key[index + 1]!];
        const shorter = key.slice(0, index) + key.slice(index + 1);
        const longer = key.slice(0, index) + letter + key.slice(index);
        const swapped = key.slice(0, index) + b + a + key.slice(index + 2);
        return !isKeyText(shorter) && !isKeyText(longer) && (a === b || !isKeyText(swapped));
      }),
    );
  });

  test('is never the same for different bytes', () => {
    fc.assert(
      fc.property(random, random, (a, b) => {
        fc.pre(Buffer.compare(a, b) !== 0);
        return keyText(false, a) !== keyText(false, b);
      }),
    );
  });
});
