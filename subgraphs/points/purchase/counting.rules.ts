// What a purchase gives, as far as it is kept, under the version, facts and rooms that it is pinned to; and which entries
// gave it, so that what is too much is taken from those.
import { Big } from 'big.js';
import { evaluate } from '../earning/evaluate.rules.ts';
import { ruleBookOf } from '../earning/book.rules.ts';
import type { Evaluation, Facts, Rooms } from '../earning/facts.rules.ts';
import { occasionOf, type StoredPurchase } from '../earning/occasion.rules.ts';
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

/** As it was recorded, before anything came back. */
export const asRecorded = <P extends StoredPurchase>(purchase: P) => ({
  ...purchase,
  returned: '0',
  lines: purchase.lines.map((line) => ({ ...line, returnedQuantity: '0' })),
});

export const givenBy = ({ grants }: Evaluation): Given =>
  Object.fromEntries(grants.filter(({ amount }) => amount !== 0).map(({ currency, amount }) => [currency, amount]));

/** A part of a return, and what it changed of what the purchase had given. */
export interface GivenPart {
  id: string;
  given: Given;
}

/** A lot that a purchase gave. */
export interface GivenLot {
  /** Of its entry: the purchase, or the part of a return after which what was kept gave more. */
  origin: string;
  currency: string;
  /** Its place in the entry. */
  n: number;
  /** A rule that it is from: all of its rules have the same terms. */
  rule: string;
  /** What has not been taken back. */
  left: number;
}
