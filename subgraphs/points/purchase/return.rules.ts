// What a return takes from which purchase. Pure: it sees purchases as they stand and says what changes.
// Partial returns in any number and order end where one whole return ends, because amounts follow what is kept.
import { Big } from 'big.js';
import { keptAmount, sum } from './money.rules.ts';

/** A line of a purchase as it stands. */
export interface StandingLine {
  number: number;
  sku: string;
  category: string | null;
  brand: string | null;
  unitPrice: Big;
  quantity: Big;
  discount: Big;
  /** In per cent; null: not told. */
  taxRate: string | null;
  amount: Big;
  returnedQuantity: Big;
  returnedAmount: Big;
}

export interface StandingPurchase {
  id: string;
  occurredAt: string;
  /** Digits of its currency. */
  decimals: number;
  total: Big;
  returned: Big;
  lines: StandingLine[];
}

export interface ReturnLine {
  number?: number | null;
  sku?: string | null;
  quantity: Big;
  unitPrice?: Big | null;
}

export interface LineAnswer {
  index: number;
  accepted: boolean;
  /** Taken back; less than asked for where only part matched. */
  quantity: string;
  purchaseId: string | null;
  reason: 'RETURN_UNMATCHED' | 'RETURN_EXCEEDS_PURCHASE' | null;
}

/** What one purchase gives back. */
export interface Part {
  purchaseId: string;
  amount: Big;
  lines: { number: number; quantity: Big; amount: Big }[];
}

export interface Returned {
  parts: Part[];
  answers: LineAnswer[];
}

const left = (line: StandingLine): Big => line.quantity.minus(line.returnedQuantity);
const leftOf = (purchase: StandingPurchase): Big => purchase.total.minus(purchase.returned);

/** Everything that is left of a purchase. Null when nothing is. */
export function returnWhole(purchase: StandingPurchase): Part | null {
  const lines = purchase.lines
    .filter((line) => left(line).gt(0))
    .map((line) => ({ number: line.number, quantity: left(line), amount: line.amount.minus(line.returnedAmount) }));
  if (lines.length === 0 && leftOf(purchase).eq(0)) return null;
  return { purchaseId: purchase.id, amount: leftOf(purchase), lines };
}

/** An amount without items, a goodwill for a damaged one. Null when it is more than what is left. */
export function returnAmount(purchase: StandingPurchase, amount: Big): Part | null {
  return amount.gt(leftOf(purchase)) ? null : { purchaseId: purchase.id, amount, lines: [] };
}

/** Works on copies: lines of one return see what its earlier lines took. */
class Taking {
  readonly #purchases: StandingPurchase[];
  readonly #parts = new Map<string, Part>();

  constructor(purchases: StandingPurchase[]) {
    this.#purchases = purchases.map((purchase) => ({
      ...purchase,
      lines: purchase.lines.map((line) => ({ ...line })),
    }));
  }

  /** Lines that still have something of what is asked, best match first: the same price, then the given order. */
  candidates(asked: ReturnLine): { purchase: StandingPurchase; line: StandingLine }[] {
    const found = this.#purchases.flatMap((purchase) =>
      purchase.lines
        .filter((line) => left(line).gt(0))
        .filter((line) => (asked.number == null ? line.sku === asked.sku : line.number === asked.number))
        .map((line) => ({ purchase, line })),
    );
    const price = asked.unitPrice;
    if (price == null) return found;
    return [
      ...found.filter(({ line }) => line.unitPrice.eq(price)),
      ...found.filter(({ line }) => !line.unitPrice.eq(price)),
    ];
  }

  take(purchase: StandingPurchase, line: StandingLine, quantity: Big): void {
    const kept = keptAmount(line.amount, line.quantity, left(line).minus(quantity), purchase.decimals);
    const worth = line.amount.minus(line.returnedAmount).minus(kept);
    // Of what was given back as an amount before, nothing is given back twice.
    const amount = worth.gt(leftOf(purchase)) ? leftOf(purchase) : worth;
    line.returnedQuantity = line.returnedQuantity.plus(quantity);
    line.returnedAmount = line.returnedAmount.plus(amount);
    purchase.returned = purchase.returned.plus(amount);
    const part = this.#parts.get(purchase.id) ?? { purchaseId: purchase.id, amount: Big(0), lines: [] };
    const known = part.lines.find((taken) => taken.number === line.number);
    if (known === undefined) part.lines.push({ number: line.number, quantity, amount });
    else Object.assign(known, { quantity: known.quantity.plus(quantity), amount: known.amount.plus(amount) });
    part.amount = part.amount.plus(amount);
    this.#parts.set(purchase.id, part);
  }

  get parts(): Part[] {
    return [...this.#parts.values()];
  }
}

const refused = (index: number, reason: LineAnswer['reason']): LineAnswer => ({
  index,
  accepted: false,
  quantity: '0',
  purchaseId: null,
  reason,
});

/** Lines of a receipt that is at hand: each is taken whole or refused. */
export function returnLines(purchase: StandingPurchase, asked: ReturnLine[]): Returned {
  const taking = new Taking([purchase]);
  const answers = asked.map((line, index): LineAnswer => {
    const known = purchase.lines.some((sold) =>
      line.number == null ? sold.sku === line.sku : sold.number === line.number,
    );
    if (!known) return refused(index, 'RETURN_UNMATCHED');
    const candidates = taking.candidates(line);
    const enough = sum(candidates.map((candidate) => left(candidate.line))).gte(line.quantity);
    if (!enough) return refused(index, 'RETURN_EXCEEDS_PURCHASE');
    const takes = shares(candidates, line.quantity);
    for (const take of takes) taking.take(take.purchase, take.line, take.quantity);
    return { index, accepted: true, quantity: line.quantity.toFixed(), purchaseId: purchase.id, reason: null };
  });
  return { parts: taking.parts, answers };
}

/** How a quantity spreads over candidates, in their order. */
function shares<C extends { line: StandingLine }>(candidates: C[], quantity: Big): (C & { quantity: Big })[] {
  let rest = quantity;
  return candidates.flatMap((candidate) => {
    const share = left(candidate.line).lt(rest) ? left(candidate.line) : rest;
    rest = rest.minus(share);
    return share.gt(0) ? [{ ...candidate, quantity: share }] : [];
  });
}

/** Without a receipt: lines are matched to the latest sales of the same item, as far as there are any. */
export function returnLatest(latestFirst: StandingPurchase[], asked: ReturnLine[]): Returned {
  const taking = new Taking(latestFirst);
  const answers = asked.map((line, index): LineAnswer => {
    let rest = line.quantity;
    let first: string | null = null;
    for (const { purchase, line: sold } of taking.candidates(line)) {
      const quantity = left(sold).lt(rest) ? left(sold) : rest;
      if (quantity.lte(0)) break;
      taking.take(purchase, sold, quantity);
      rest = rest.minus(quantity);
      first ??= purchase.id;
    }
    const taken = line.quantity.minus(rest);
    const reason = rest.gt(0) ? 'RETURN_UNMATCHED' : null;
    return { index, accepted: taken.gt(0), quantity: taken.toFixed(), purchaseId: first, reason };
  });
  return { parts: taking.parts, answers };
}

/** The purchase after a part was taken from it. */
export function without(purchase: StandingPurchase, part: Part): StandingPurchase {
  const taken = new Map(part.lines.map((line) => [line.number, line]));
  return {
    ...purchase,
    returned: purchase.returned.plus(part.amount),
    lines: purchase.lines.map((line) => {
      const back = taken.get(line.number);
      if (back === undefined) return line;
      return {
        ...line,
        returnedQuantity: line.returnedQuantity.plus(back.quantity),
        returnedAmount: line.returnedAmount.plus(back.amount),
      };
    }),
  };
}
