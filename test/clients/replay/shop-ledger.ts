// A ledger of the simplest kind, unit by unit: a second opinion for the recount, and what the fake gateway keeps.
// Quantities are whole, prices have two decimals.

interface Unit {
  sku: string;
  price: string;
  line: number;
  purchase: ShopPurchase;
}

export interface ShopPurchase {
  id: string;
  owner: string | null;
  /** Order of time, as text. */
  at: string;
  lines: { sku: string; quantity: number; price: string }[];
  kept: Unit[];
}

const pence = (price: string): number => Math.round(Number(price) * 100);

export const keptPence = (purchase: ShopPurchase): number =>
  purchase.kept.reduce((sum, unit) => sum + pence(unit.price), 0);
export const totalPence = ({ lines }: ShopPurchase): number =>
  lines.reduce((sum, { quantity, price }) => sum + quantity * pence(price), 0);
export const pointsOf = (purchase: ShopPurchase): number =>
  purchase.owner === null ? 0 : Math.floor(keptPence(purchase) / 100);

export class ShopLedger {
  readonly purchases: ShopPurchase[] = [];

  buy(id: string, owner: string | null, at: string, lines: ShopPurchase['lines']): ShopPurchase {
    const purchase: ShopPurchase = { id, owner, at, lines, kept: [] };
    purchase.kept = lines.flatMap(({ sku, quantity, price }, line) =>
      Array.from({ length: quantity }, () => ({ sku, price, line: line + 1, purchase })),
    );
    this.purchases.push(purchase);
    return purchase;
  }

  /** How many units of earlier sales come back: the same price first, the latest purchase first, as printed. */
  giveBack(owner: string, at: string, sku: string, quantity: number, price: string): number {
    const units = this.purchases
      .filter((purchase) => purchase.owner === owner && purchase.at < at)
      .toReversed()
      .flatMap((purchase) => purchase.kept)
      .filter((unit) => unit.sku === sku);
    const samePrice = (unit: Unit) => pence(unit.price) === pence(price);
    const order = [...units.filter(samePrice), ...units.filter((unit) => !samePrice(unit))];
    return this.#take(order.slice(0, quantity));
  }

  giveBackLine(purchase: ShopPurchase, line: number, quantity: number): number {
    return this.#take(purchase.kept.filter((unit) => unit.line === line).slice(0, quantity));
  }

  #take(units: Unit[]): number {
    for (const unit of units) unit.purchase.kept.splice(unit.purchase.kept.indexOf(unit), 1);
    return units.length;
  }

  pointsOfMember(owner: string): number {
    return this.purchases.filter((purchase) => purchase.owner === owner).reduce((sum, each) => sum + pointsOf(each), 0);
  }
}
