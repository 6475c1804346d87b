// What an API key looks like: `lyl_live_` or `lyl_test_`, 256 random bits in base 62, and a checksum of all before it,
// so that a typo or a chance hit of a secret scanner is told from a key without a look-up. Partners makes them, the
// gateway reads them.
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BODY_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const PREFIX_LENGTH = 16;
const FORM = new RegExp(`^lyl_(live|test)_[0-9A-Za-z]{${BODY_LENGTH + CHECKSUM_LENGTH}}$`);

function base62(number: bigint, length: number): string {
  let text = '';
  for (let rest = number; text.length < length; rest /= 62n) text = ALPHABET[Number(rest % 62n)] + text;
  return text;
}

/** CRC-32 (IEEE 802.3): finds every change of up to 32 bits in a row. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index += 1) {
    crc ^= text.charCodeAt(index);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const checksum = (text: string): string => base62(BigInt(crc32(text)), CHECKSUM_LENGTH);

/** The key that 32 random bytes make. */
export function keyText(sandbox: boolean, random: Uint8Array): string {
  const number = random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const text = `lyl_${sandbox ? 'test' : 'live'}_${base62(number, BODY_LENGTH)}`;
  return text + checksum(text);
}

/** Whether a text can be a key at all. */
export const isKeyText = (text: string): boolean =>
  FORM.test(text) && checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);

/** What may be shown of a key for ever, to tell it from others. */
export const keyPrefix = (key: string): string => key.slice(0, PREFIX_LENGTH);
