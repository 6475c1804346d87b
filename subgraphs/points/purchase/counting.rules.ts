// What a purchase gives, as far as it is kept, under the version, facts and rooms that it is pinned to; and which entries
// gave it, so that what is too much is taken from those.
import { Big } from 'big.js';
import { evaluate } from '../earning/evaluate.rules.ts';
import { ruleBookOf } from '../earning/book.rules.ts';
import type { Evaluation, Facts, Rooms } from '../earning/facts.rules.ts';
import { occasionOf, type StoredPurchase } from '../earning/occasion.rules.ts';
import { dayOf, wallOf } from '../ledger/calendar.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';

/** What a purchase is counted by, from its recording on. */
export interface Pinned {
  facts: Facts;
  rooms: Rooms;
}

/** Points by currency, in smallest units. */
export type Given = Record<string, number>;

export const NOTHING: Evaluation = { grants: [], cuts: [], taken: {}, others: [] };

export const countKept = (programme: Programme, purchase: StoredPurchase & { earns: boolean; pinned: Pinned }) =>
  purchase.earns
    ? evaluate(ruleBookOf(programme), occasionOf(purchase.pinned.facts, purchase), purchase.pinned.rooms)
    : NOTHING;

/** Whether anything of a purchase is kept. */
export const isKept = ({ total, returned, lines }: StoredPurchase): boolean =>
  Big(total).gt(0)
    ? Big(returned).lt(total)
    : lines.some(({ quantity, returnedQuantity }) => Big(quantity).gt(returnedQuantity));

export const givenBy = ({ grants }: Evaluation): Given =>
  Object.fromEntries(grants.filter(({ amount }) => amount !== 0).map(({ currency, amount }) => [currency, amount]));

export interface Happened {
  occurredAt: string;
  timeZone: string;
  partner: string | null;
  channel: string | null;
  location: string | null;
  currency: string | null;
  rate: string;
  payments: string[];
}

/** The facts of what happened, but for the member's. */
export const factsOf = ({ timeZone, ...happened }: Happened): Facts => ({
  ...happened,
  day: dayOf(happened.occurredAt, timeZone),
  ...wallOf(happened.occurredAt, timeZone),
  member: null,
  event: null,
});

/** A part of a return, and what it changed of what the purchase had given. */
export interface GivenPart {
  id: string;
  given: Given;
}

/** An entry that gave points which are not taken back yet. */
export interface Source {
  /** The purchase, or the part of a return after which what was kept gave more. */
  origin: string;
  left: number;
}

/** Where a purchase's points of a currency are from, the latest first: what is taken back is taken from those in turn. */
export function sourcesOf(purchase: { id: string; given: Given; parts: GivenPart[] }, currency: string): Source[] {
  const changes = purchase.parts.map(({ id, given }) => ({ origin: id, by: given[currency] ?? 0 }));
  const first = (purchase.given[currency] ?? 0) - changes.reduce((sum, { by }) => sum + by, 0);
  const sources: Source[] = [{ origin: purchase.id, left: first }];
  for (const { origin, by } of changes) {
    if (by > 0) sources.unshift({ origin, left: by });
    let rest = -by;
    for (const source of sources) {
      if (rest <= 0) break;
      const taken = Math.min(source.left, rest);
      source.left -= taken;
      rest -= taken;
    }
  }
  return sources.filter(({ left }) => left > 0);
}

/** How an amount that is taken back spreads over what gave it. */
export function takenFrom(sources: Source[], amount: number): { origin: string; amount: number }[] {
  let rest = amount;
  return sources.flatMap(({ origin, left }) => {
    const taken = Math.min(left, rest);
    rest -= taken;
    return taken > 0 ? [{ origin, amount: taken }] : [];
  });
}
