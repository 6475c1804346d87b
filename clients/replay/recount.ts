// A second opinion on the ledger, from the source alone: what each member should have. It follows the words of the programme
// (points for what was kept of each purchase; tiers by all that was kept) and shares no code with the server.
import { Big } from 'big.js';
import type { Invoice, Line } from './invoice.ts';
import type { PlainRule } from './programme.ts';

export interface RecountOptions {
  /** Invoices that the server refused as a whole: they never happened. */
  refused: Set<string>;
  /** What one unit of the source's currency is worth in the base currency. */
  rate: string;
  /** What gives points; null: they are not counted. */
  rule: PlainRule | null;
}

interface Sale {
  line: Line;
  amount: Big;
  kept: Big;
  purchase: CountedPurchase;
}

export interface CountedPurchase {
  customer: string | null;
  sales: Sale[];
  total: Big;
  /** Of the total, what did not come back. */
  kept: Big;
  points: number;
}

export interface CountedMember {
  /** Its purchases. */
  invoices: string[];
  points: number;
  /** In the base currency. */
  spend: Big;
}

export class Recount {
  /** By invoice number. */
  readonly purchases = new Map<string, CountedPurchase>();
  /** What each invoice changes; negative for returns. */
  readonly points = new Map<string, number>();
  /** How much of each line of a return comes back. */
  readonly returned = new Map<string, string[]>();
  readonly #members = new Map<string, CountedMember>();
  readonly #salesOfItem = new Map<string, Sale[]>();
  readonly rule: PlainRule | null;
  readonly #rate: string;

  /** Invoices in the order in which they happened. */
  constructor(invoices: Invoice[], { refused, rate, rule }: RecountOptions) {
    this.#rate = rate;
    this.rule = rule;
    for (const invoice of invoices) {
      if (refused.has(invoice.number)) continue;
      if (invoice.kind === 'PURCHASE') this.#buy(invoice);
      else this.#giveBack(invoice);
    }
    this.#sumByMember();
  }

  /** Anonymous purchases belong to nobody. */
  member(customer: string): CountedMember {
    return this.#members.get(customer) ?? { invoices: [], points: 0, spend: Big(0) };
  }

  #sumByMember(): void {
    for (const [invoice, { customer, points, kept }] of this.purchases) {
      if (customer === null) continue;
      const member = this.member(customer);
      member.invoices.push(invoice);
      member.points += points;
      member.spend = member.spend.plus(this.#inBase(kept));
      this.#members.set(customer, member);
    }
  }

  #buy({ number, customer, lines }: Invoice): void {
    const purchase: CountedPurchase = { customer, sales: [], total: Big(0), kept: Big(0), points: 0 };
    for (const line of lines) {
      const amount = cents(Big(line.quantity).times(line.unitPrice));
      const sale = { line, amount, kept: Big(line.quantity), purchase };
      purchase.sales.push(sale);
      purchase.total = purchase.total.plus(amount);
    }
    if (customer !== null) {
      for (const sale of purchase.sales.toReversed()) this.#salesOf(customer, sale.line.sku).unshift(sale);
    }
    this.purchases.set(number, purchase);
    this.points.set(number, this.#count(purchase));
  }

  #giveBack(invoice: Invoice): void {
    const touched = new Set<CountedPurchase>();
    const accepted = invoice.lines.map((line) => {
      let open = Big(line.quantity);
      for (const sale of this.#candidates(invoice, line)) {
        const taken = open.lt(sale.kept) ? open : sale.kept;
        if (taken.eq(0)) continue;
        sale.kept = sale.kept.minus(taken);
        open = open.minus(taken);
        touched.add(sale.purchase);
      }
      return Big(line.quantity).minus(open).toFixed();
    });
    this.returned.set(invoice.number, accepted);
    this.points.set(
      invoice.number,
      [...touched].reduce((change, purchase) => change + this.#count(purchase), 0),
    );
  }

  /** By receipt its own line; else the member's sales of the item: those at the same price first, the latest purchase first, as printed. */
  #candidates({ customer, receipt }: Invoice, line: Line): Sale[] {
    if (receipt !== undefined)
      return this.purchases.get(receipt.number)?.sales.slice(line.returns! - 1, line.returns) ?? [];
    if (customer === null) return [];
    const latest = this.#salesOf(customer, line.sku);
    const samePrice = (sale: Sale) => Big(sale.line.unitPrice).eq(line.unitPrice);
    return [...latest.filter(samePrice), ...latest.filter((sale) => !samePrice(sale))];
  }

  /** The latest purchase first. */
  #salesOf(customer: string, sku: string): Sale[] {
    const item = JSON.stringify([customer, sku]);
    const sales = this.#salesOfItem.get(item) ?? [];
    this.#salesOfItem.set(item, sales);
    return sales;
  }

  /** Counts what is kept anew; gives the change in points. */
  #count(purchase: CountedPurchase): number {
    const before = purchase.points;
    purchase.kept = purchase.sales.reduce((kept, sale) => kept.plus(keptAmount(sale)), Big(0));
    purchase.points = purchase.customer === null ? 0 : this.pointsFor(purchase.kept);
    return purchase.points - before;
  }

  pointsFor(amount: Big): number {
    if (this.rule === null) return 0;
    const { points, each, whole, rounding } = this.rule;
    // Multiplied first: a third of a point three times is a point.
    const given = whole
      ? this.#inBase(amount).div(each).round(0, Big.roundDown).times(points)
      : this.#inBase(amount).times(points).div(each);
    return given.round(0, ROUNDING[rounding]).toNumber();
  }

  #inBase(amount: Big): Big {
    return cents(amount.times(this.#rate));
  }
}

const ROUNDING = { floor: Big.roundDown, 'half-up': Big.roundHalfUp, 'half-even': Big.roundHalfEven } as const;

const cents = (amount: Big): Big => amount.round(2, Big.roundHalfUp);

const keptAmount = ({ amount, kept, line }: Sale): Big => cents(amount.times(kept).div(line.quantity));
