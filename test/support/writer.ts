// One client after the other at a till, and an operator beside it: purchases, returns, batches, adjustments, and
// redemptions in two steps. What comes of them it knows by itself, so that an answer can be wrong.
import type { Client } from './client.ts';
import { ENTRY, REFUSALS, type Held, type Journal } from './journal.ts';

const CURRENCY = 'points';

const TOLD = `entries ${ENTRY} ${REFUSALS}`;
const ADJUST = `mutation ($input: PointsAdjustInput!) { pointsAdjust(input: $input) { entry ${ENTRY} replayed ${REFUSALS} } }`;
const RECORD = `mutation ($input: PurchaseRecordInput!) { purchaseRecord(input: $input) { replayed ${TOLD} } }`;
const RETURN = `mutation ($input: PurchaseReturnInput!) { purchaseReturn(input: $input) { replayed ${TOLD} } }`;
const BATCH = `mutation ($input: PurchaseRecordBatchInput!) {
  purchaseRecordBatch(input: $input) { results { state ${TOLD} } ${REFUSALS} } }`;
const REDEMPTION = `{ redemption { id state } replayed ${REFUSALS} }`;
const HOLD = `mutation ($input: RedemptionHoldInput!) { redemptionHold(input: $input) ${REDEMPTION} }`;
const CAPTURE = `mutation ($input: RedemptionCaptureInput!) { redemptionCapture(input: $input) ${REDEMPTION} }`;
const RELEASE = `mutation ($input: RedemptionReleaseInput!) { redemptionRelease(input: $input) ${REDEMPTION} }`;

export const ACTS = ['purchase', 'return', 'batch', 'up', 'down', 'hold', 'capture', 'release', 'pay'] as const;

export interface Act {
  kind: (typeof ACTS)[number];
  /** Whose wallet, by place. */
  member: number;
  /** Points, or pence of a purchase. */
  amount: number;
}

export interface Customer {
  id: string;
  email: string;
}

export interface WriterOptions {
  name: string;
  till: Client;
  location: string;
  operator: Client;
  members: Customer[];
  journal: Journal;
}

interface Sale {
  receiptNumber: string;
  member: string;
  /** What was not returned. */
  pence: number;
}

const pounds = (pence: number): string => (pence / 100).toFixed(2);
/** One for each whole pound, by the programme. */
const pointsFor = (pence: number): number => Math.floor(pence / 100);

export class Writer {
  purchases = 0;
  returns = 0;
  readonly #options: WriterOptions;
  readonly #at = new Date(Date.now() - 60_000).toISOString();
  /** Its own, that something can be returned of. */
  readonly #sales: Sale[] = [];
  /** Redemptions that it holds. */
  readonly #held: string[] = [];
  #count = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async act({ kind, member, amount }: Act): Promise<void> {
    const whose = this.#options.members[member]!;
    switch (kind) {
      case 'purchase':
        return this.#buy(whose, amount);
      case 'return':
        return this.#sales.length === 0 ? this.#buy(whose, amount) : this.#giveBack(amount);
      case 'batch':
        return this.#batch(whose, amount);
      case 'up':
        return this.#adjust(whose, amount);
      case 'down':
        return this.#adjust(whose, -amount);
      case 'hold':
        return this.#hold(whose, amount);
      case 'capture':
      case 'release':
      case 'pay':
        return this.#held.length === 0 ? this.#hold(whose, amount) : this.#endHold(kind, amount);
    }
  }

  #key() {
    this.#count += 1;
    return { idempotencyKey: `${this.#options.name}-${this.#count}` };
  }

  #receipt() {
    const key = this.#key();
    const businessDate = this.#at.slice(0, 10);
    const { location } = this.#options;
    return { ...key, location, receiptNumber: key.idempotencyKey, businessDate, occurredAt: this.#at };
  }

  #purchase({ email }: Customer, pence: number) {
    this.purchases += 1;
    const lines = [{ number: 1, sku: 'cake', quantity: '1', unitPrice: pounds(pence) }];
    return { ...this.#receipt(), member: { kind: 'EMAIL', value: email }, currencyCode: 'GBP', lines };
  }

  /** So much of a sale, or all that is left of it; and the points that go with it. */
  #return(sale: Sale, wanted: number) {
    this.returns += 1;
    const before = pointsFor(sale.pence);
    sale.pence -= Math.min(wanted, sale.pence);
    const how = sale.pence === 0 ? { whole: true } : { amount: pounds(wanted) };
    if (sale.pence > 0) this.#sales.push(sale);
    const purchase = { location: this.#options.location, receiptNumber: sale.receiptNumber };
    return { input: { ...this.#receipt(), purchase, ...how }, points: pointsFor(sale.pence) - before };
  }

  async #buy(whose: Customer, pence: number): Promise<void> {
    const { till, journal } = this.#options;
    const input = this.#purchase(whose, pence);
    await journal.post(till, RECORD, input, whose.id, [pointsFor(pence)]);
    this.#sales.push({ receiptNumber: input.receiptNumber, member: whose.id, pence });
  }

  async #giveBack(pence: number): Promise<void> {
    const { till, journal } = this.#options;
    const sale = this.#sales.shift()!;
    const { input, points } = this.#return(sale, pence);
    await journal.post(till, RETURN, input, sale.member, [points]);
  }

  /** Three purchases, and some of the last comes back. */
  async #batch(whose: Customer, pence: number): Promise<void> {
    const { till, journal } = this.#options;
    const totals = [pence, pence + 250, 2 * pence];
    const bought = totals.map((total) => this.#purchase(whose, total));
    const last = { receiptNumber: bought[2]!.receiptNumber, member: whose.id, pence: totals[2]! };
    const { input, points } = this.#return(last, pence);
    const items = [...bought.map((purchase) => ({ purchase })), { return: input }];
    await journal.post(till, BATCH, { items }, whose.id, [...totals.map(pointsFor), points]);
  }

  async #adjust(whose: Customer, amount: number): Promise<void> {
    const { operator, journal } = this.#options;
    const input = { ...this.#key(), memberId: whose.id, currency: CURRENCY, amount, reason: 'Under load.' };
    await journal.post(operator, ADJUST, input, whose.id, [amount]);
  }

  async #hold(whose: Customer, amount: number): Promise<void> {
    const { till, journal } = this.#options;
    const input = { ...this.#key(), memberId: whose.id, points: { currency: CURRENCY, amount } };
    const told = await journal.write(till, HOLD, input);
    if (told === null) return;
    const { id, state } = told.redemption!;
    journal.held.set(id, { member: whose.id, amount, state: state as Held['state'] });
    if (state === 'HELD') this.#held.push(id);
  }

  async #endHold(kind: 'capture' | 'release' | 'pay', pence: number): Promise<void> {
    const { till, members, journal } = this.#options;
    const redemptionId = this.#held.shift()!;
    const hold = journal.held.get(redemptionId)!;
    if (kind === 'pay') {
      const input = {
        ...this.#purchase(
          members.find(({ id }) => id === hold.member)!,
          pence,
        ),
        redemptionIds: [redemptionId],
      };
      await journal.post(till, RECORD, input, hold.member, [pointsFor(pence)]);
    } else {
      await journal.write(till, kind === 'capture' ? CAPTURE : RELEASE, { ...this.#key(), redemptionId });
    }
    hold.state = kind === 'release' ? 'RELEASED' : 'CONFIRMED';
  }
}
