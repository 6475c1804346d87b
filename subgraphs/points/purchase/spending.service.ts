// Points that purchases spend by redemptions, and what their returns give back of them, in one transaction.
import type { Sql } from '../../shared/database.ts';
import { newId } from '../../shared/id.ts';
import type { HoldState, Posting } from '../ledger/ledger.service.ts';
import { insertRows, type Row } from './write.service.ts';

/** A hold of a redemption, as a purchase may capture it. */
export interface StandingHold {
  id: string;
  askerId: string;
  memberId: string | null;
  currency: string | null;
  /** Points that are still held. */
  amount: number;
  state: HoldState;
  /** UUID of the partner that alone may take it; null: any. */
  taker: string | null;
}

/** Holds of the redemptions that purchases name; their wallets are locked, so that they stay as they are. */
async function holdsStanding(tx: Sql, askers: string[], lock: boolean): Promise<StandingHold[]> {
  if (askers.length === 0) return [];
  if (lock)
    await tx.query(
      `select 1 from wallet w join hold h using (member_id, currency) where h.asker_id = any($1)
     order by w.member_id, w.currency for no key update of w`,
      [askers],
    );
  return tx.query<StandingHold[]>(
    `select id, asker_id "askerId", member_id "memberId", currency, amount - released amount, state, taker
     from hold where asker_id = any($1) and for_purchase`,
    [askers],
  );
}

/** A redemption that a purchase captured. */
export interface CapturedRedemption {
  purchaseId: string;
  holdId: string;
  askerId: string;
  currency: string;
  points: number;
  restored: number;
}

async function redemptionsCaptured(tx: Sql, purchaseIds: string[]): Promise<CapturedRedemption[]> {
  if (purchaseIds.length === 0) return [];
  return tx.query<CapturedRedemption[]>(
    `select r.purchase_id "purchaseId", r.hold_id "holdId", r.asker_id "askerId", h.currency, r.points, r.restored
     from purchase_redemption r join hold h on h.id = r.hold_id where r.purchase_id = any($1) order by r.hold_id`,
    [purchaseIds],
  );
}

export class Spending {
  readonly #holds: Map<string, StandingHold>;
  readonly #redemptions: Map<string, CapturedRedemption[]>;
  readonly #captures: Row[] = [];
  readonly #restores: Row[] = [];
  readonly #restored = new Set<CapturedRedemption>();

  private constructor(holds: StandingHold[], captured: CapturedRedemption[]) {
    this.#holds = new Map(holds.map((hold) => [hold.askerId, hold]));
    this.#redemptions = Map.groupBy(captured, (redemption) => redemption.purchaseId);
  }

  /** The holds of redemptions that are named, which stay as they are, and what purchases captured before. */
  static async read(tx: Sql, redemptionIds: string[], purchaseIds: string[], lock: boolean): Promise<Spending> {
    return new Spending(await holdsStanding(tx, redemptionIds, lock), await redemptionsCaptured(tx, purchaseIds));
  }

  /** Redemptions that a purchase captured. */
  of(purchaseId: string): CapturedRedemption[] {
    return this.#redemptions.get(purchaseId) ?? [];
  }

  /** The hold of a redemption that is still held for a member, and for this partner, if nothing here has captured it. */
  held(redemptionId: string, memberId: string | null, partnerId: string): StandingHold | null {
    const hold = this.#holds.get(redemptionId);
    if (hold?.state !== 'HELD' || hold.memberId === null || hold.memberId !== memberId) return null;
    return hold.taker === null || hold.taker === partnerId ? hold : null;
  }

  /** A purchase spends what a redemption holds. */
  capture(purchaseId: string, hold: StandingHold, actor: Pick<Posting, 'actor_kind' | 'actor_id'>): Posting {
    const { id: holdId, askerId, amount: points } = hold;
    const currency = hold.currency!;
    this.#holds.set(askerId, { ...hold, state: 'CAPTURED' });
    const redemption = { purchaseId, holdId, askerId, currency, points, restored: 0 };
    this.#redemptions.set(purchaseId, [...this.of(purchaseId), redemption]);
    this.#captures.push({ purchase_id: purchaseId, hold_id: holdId, asker_id: askerId, points, restored: 0 });
    return { op: 'capture', asker: askerId, member: hold.memberId!, currency, ...actor };
  }

  /** A part of a return gives points of a redemption back; the origin of their entry. */
  restore(partId: string, redemption: CapturedRedemption, points: number): string {
    const id = newId();
    redemption.restored += points;
    this.#restored.add(redemption);
    this.#restores.push({ id, part_id: partId, hold_id: redemption.holdId, points });
    return id;
  }

  /** After the purchases and the parts of returns were written. */
  async save(tx: Sql): Promise<void> {
    await insertRows(tx, 'purchase_redemption', this.#captures);
    await insertRows(tx, 'purchase_restore', this.#restores);
    if (this.#restored.size === 0) return;
    await tx.query(
      `update purchase_redemption r set restored = c.restored
       from jsonb_to_recordset($1) c("holdId" uuid, restored bigint) where r.hold_id = c."holdId"`,
      [JSON.stringify([...this.#restored])],
    );
  }
}
