// Ids: a UUIDv7 in the database, a prefix and its Crockford base 32 at the door (`mbr_01j…`). Opaque, global, time-ordered.
import { v7 } from 'uuid';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const VALUE = new Map([...ALPHABET].map((letter, index) => [letter, BigInt(index)]));

export type IdPrefix =
  | 'mbr'
  | 'pur'
  | 'ent'
  | 'lot'
  | 'hld'
  | 'rwd'
  | 'rdm'
  | 'vch'
  | 'ref'
  | 'ptn'
  | 'chn'
  | 'loc'
  | 'trm'
  | 'key'
  | 'evt'
  | 'tgr';

/** A new UUIDv7. */
export const newId = (): string => v7();

/** `mbr` and a UUID → `mbr_01j…`: 26 letters of Crockford's base 32. */
export function encodeId(prefix: IdPrefix, uuid: string): string {
  let number = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let index = 0; index < 26; index += 1) {
    text = ALPHABET[Number(number & 31n)] + text;
    number >>= 5n;
  }
  return `${prefix}_${text}`;
}

/** The UUID of an id; null when the prefix is another or the text is no id: then nothing is found. */
export function decodeId(prefix: IdPrefix, id: string): string | null {
  if (id.length !== prefix.length + 27 || !id.startsWith(`${prefix}_`)) return null;
  let number = 0n;
  for (const letter of id.slice(prefix.length + 1)) {
    const value = VALUE.get(letter);
    if (value === undefined) return null;
    number = (number << 5n) | value;
  }
  if (number >> 128n) return null;
  const hex = number.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
