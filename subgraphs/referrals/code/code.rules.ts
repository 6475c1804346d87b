// What a referral code is: how one is made of a member's id, what a member may choose, and which two read alike.

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DERIVED_LENGTH = 8;
/** 60 of the 62 random bits at the end of a UUIDv7. */
const DERIVED_LENGTH_MAX = 12;
const CHOSEN = /^[A-Z0-9][A-Z0-9-]{2,18}[A-Z0-9]$/;
const KEY_LENGTH_MIN = 4;

/** Codes that are told apart by no one: case, blanks, hyphens, O and 0, I, L and 1 make no difference. */
export const codeKey = (text: string): string =>
  text
    .toUpperCase()
    .replaceAll(/[\s_-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');

/** A code that a member chose, as it is shown; null when it cannot be one. */
export function readChosenCode(text: string): string | null {
  const code = text.trim().toUpperCase();
  return CHOSEN.test(code) && codeKey(code).length >= KEY_LENGTH_MIN ? code : null;
}

/** Codes that a member can get without choosing one, best first: each a letter longer than the one before. */
export function derivedCodes(memberId: string): string[] {
  let bits = BigInt(`0x${memberId.replaceAll('-', '')}`);
  let code = '';
  const codes: string[] = [];
  for (let length = 1; length <= DERIVED_LENGTH_MAX; length += 1) {
    code += LETTERS[Number(bits & 31n)];
    bits >>= 5n;
    if (length >= DERIVED_LENGTH) codes.push(code);
  }
  return codes;
}
