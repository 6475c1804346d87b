// A member's year as it is written in programmes/*.md: a table of what is on the shelf, and one of what happens, row by row.
//   enrols, born 1990-03-14 · waits · buys latte 3.40, 2 × tea 3.00 at corner-ahead by app as A · quotes tea 3.00 · confirms A
//   returns A · returns line 2 of A · returns 5.00 of A · does run distance=21.5 ground=trail · spends 150 stars
import { readFileSync } from 'node:fs';

export interface Item {
  category?: string;
  brand?: string;
  taxRate?: string;
}

export interface Action {
  verb: string;
  /** What stands after the verb, up to the first option. */
  object: string;
  /** What `at`, `by`, `in`, `on`, `of` and `as` say. */
  options: Record<string, string>;
}

export interface Row {
  /** 'YYYY-MM-DD HH:MM' in the programme's time zone. */
  when: string;
  what: string;
  gives: string;
  has: string;
  expires: string;
  tier: string;
  because: string;
}

const cells = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The rows of each table, without its head. */
function tablesOf(text: string): string[][][] {
  return text
    .split(/\n(?!\|)/)
    .map((part) => part.split('\n').filter((line) => line.startsWith('|')))
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.slice(2).map(cells));
}

export function readScript(file: string): { shelf: Map<string, Item>; rows: Row[] } {
  const [shelf, story] = tablesOf(readFileSync(file, 'utf8'));
  return {
    shelf: new Map(
      shelf!.map(([sku, category, brand, taxRate]) => [
        sku!,
        { ...(category && { category }), ...(brand && { brand }), ...(taxRate && { taxRate }) },
      ]),
    ),
    rows: story!.map(([when, what, gives, has, expires, tier, because]) => ({
      when: when!,
      what: what!,
      gives: gives!,
      has: has!,
      expires: expires!,
      tier: tier!,
      because: because!,
    })),
  };
}

export function actionOf(what: string): Action {
  const [, verb, rest] = /^([a-z]+),? ?(.*)$/.exec(what)!;
  const [object, ...options] = rest!.split(/(?:^| )(at|by|in|on|of|as) /);
  const pairs = options.flatMap((word, index) => (index % 2 === 0 ? [[word, options[index + 1]!]] : []));
  return { verb: verb!, object: object!, options: Object.fromEntries(pairs) as Record<string, string> };
}

/** `latte 3.40, 2 × tea 3.00`, each with what the shelf says of it. */
export function linesOf(object: string, shelf: Map<string, Item>) {
  return object.split(', ').map((text, index) => {
    const [, quantity = '1', sku, unitPrice] = /^(?:([\d.]+) × )?(\S+) ([\d.]+)$/.exec(text)!;
    return { number: index + 1, sku: sku!, quantity, unitPrice: unitPrice!, ...shelf.get(sku!) };
  });
}

/** `distance=21.5 ground=trail` */
export const attributesOf = (texts: string[]): { name: string; value: string }[] =>
  texts.map((text) => {
    const [name, value] = text.split('=');
    return { name: name!, value: value! };
  });
