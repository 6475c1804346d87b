// EAN-13 card numbers: the programme's prefix, random digits, and a check digit (GS1 General Specifications, 7.9).

const CARD_LENGTH = 13;

/** The last digit of an EAN-13 whose first twelve are given. */
export function checkDigit(twelve: string): string {
  const sum = [...twelve].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return String((10 - (sum % 10)) % 10);
}

/** How many digits of a card are random. */
export const randomDigits = (prefix: string): number => CARD_LENGTH - 1 - prefix.length;

/** A card from its prefix and its random part. */
export function cardNumber(prefix: string, random: number): string {
  const twelve = prefix + String(random).padStart(randomDigits(prefix), '0');
  return twelve + checkDigit(twelve);
}

export const isCardNumber = (text: string, prefix: string): boolean =>
  /^\d{13}$/.test(text) && text.startsWith(prefix) && checkDigit(text.slice(0, 12)) === text[12];
