// A voucher's code: 15 letters of Crockford's base 32, 75 random bits, and a checksum letter (Luhn mod 32), in groups of
// four. A typo of one letter is told without a look-up; so are most swaps of neighbours.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const VALUE = new Map([...ALPHABET].map((letter, index) => [letter, index]));

export const RANDOM_LETTERS = 15;

function checksum(letters: string): string {
  const sum = [...letters].toReversed().reduce((total, letter, place) => {
    const doubled = VALUE.get(letter)! * (place % 2 === 0 ? 2 : 1);
    return total + Math.floor(doubled / 32) + (doubled % 32);
  }, 0);
  return ALPHABET[(32 - (sum % 32)) % 32]!;
}

const grouped = (letters: string): string => letters.match(/.{4}/g)!.join('-');

/** The code that 15 random bytes make; five bits of each count. */
export function codeText(random: Uint8Array): string {
  const letters = [...random.subarray(0, RANDOM_LETTERS)].map((byte) => ALPHABET[byte & 31]).join('');
  return grouped(letters + checksum(letters));
}

/** A code as people type it → as it is stored; null when it can be none. */
export function readCode(text: string): string | null {
  const letters = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (letters.length !== RANDOM_LETTERS + 1 || [...letters].some((letter) => !VALUE.has(letter))) return null;
  return checksum(letters.slice(0, -1)) === letters.at(-1) ? grouped(letters) : null;
}
