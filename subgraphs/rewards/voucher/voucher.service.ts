// The only writer of vouchers. A voucher is used once: whoever changes its row first wins.
import { randomBytes } from 'node:crypto';
import type { EventOf } from '../../../schema/events.ts';
import type { Transaction } from '../../shared/database.ts';
import { newId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import { codeText, RANDOM_LETTERS } from './code.rules.ts';
import { NOT_OFF } from './worth.rules.ts';

/** What a voucher of a reward `r` is worth, as its document says. */
export const WORTH_SQL = `coalesce(r.document -> 'value', nullif(jsonb_strip_nulls(
  jsonb_build_object('percent', r.document -> 'percent', 'sku', r.document -> 'sku')), '{}'))`;

export interface Issue {
  redemptionId: string;
  rewardId: string;
  quantity: number;
}

export async function issueVouchers(tx: Transaction, { redemptionId, rewardId, quantity }: Issue): Promise<void> {
  const vouchers = Array.from({ length: quantity }, () => ({
    id: newId(),
    code: codeText(randomBytes(RANDOM_LETTERS)),
  }));
  await tx.query(
    `insert into voucher (id, redemption_id, code, expires_at, worth)
     select v.id, $2, v.code, clock() + (r.document ->> 'voucherDays')::int * interval '1 day', ${WORTH_SQL}
     from jsonb_to_recordset($1) v(id uuid, code text), reward r where r.id = $3`,
    [JSON.stringify(vouchers), redemptionId, rewardId],
  );
}

/** What they take off is taken off the purchase that captured their redemption; its return gives the points back instead. */
export async function useCaptured(tx: Transaction, redemptionId: string): Promise<void> {
  await tx.query(
    `update voucher v set state = 'USED', used_at = clock() from redemption d join reward r on r.id = d.reward_id
     where d.id = $1 and v.redemption_id = d.id and v.worth is not null and r.kind <> all($2)`,
    [redemptionId, NOT_OFF],
  );
}

/** For a refund: all of them, and none may have been used, be before a till or have expired. */
export async function cancelVouchers(tx: Transaction, redemptionId: string): Promise<void> {
  await tx.query('select 1 from voucher where redemption_id = $1 order by id for update', [redemptionId]);
  const left = await tx.query<{ state: string }[]>('select state from voucher_now where redemption_id = $1', [
    redemptionId,
  ]);
  if (left.some(({ state }) => state !== 'ISSUED')) {
    throw new Refused('VOUCHER_NOT_USABLE', 'A voucher of this redemption was used, is presented or has expired.', {
      field: ['redemptionId'],
    });
  }
  await tx.query(`update voucher set state = 'CANCELLED' where redemption_id = $1`, [redemptionId]);
}

export async function restoreVouchers(tx: Transaction, redemptionId: string): Promise<void> {
  await tx.query(`update voucher set state = 'ISSUED' where redemption_id = $1 and state = 'CANCELLED'`, [
    redemptionId,
  ]);
}

/** Vouchers of these purchases, locked in one order for all who change many. */
const lockReserved = (tx: Transaction, purchaseIds: string[]) =>
  tx.query('select 1 from voucher where reserved_for = any($1::uuid[]) order by id for update', [purchaseIds]);

export async function useReserved(tx: Transaction, purchaseIds: string[]): Promise<void> {
  await lockReserved(tx, purchaseIds);
  await tx.query(
    `update voucher set state = 'USED', used_at = clock() where reserved_for = any($1::uuid[]) and state = 'PRESENTED'`,
    [purchaseIds],
  );
}

/** As if they had never been presented. */
export async function freeReserved(tx: Transaction, purchaseIds: string[]): Promise<void> {
  await lockReserved(tx, purchaseIds);
  await tx.query(
    `update voucher set state = 'ISSUED', reserved_for = null, presented_at = null, presented_to = null, used_at = null
     where reserved_for = any($1::uuid[]) and state in ('PRESENTED', 'USED')`,
    [purchaseIds],
  );
}

const purchases = (events: { payload: { purchaseId: string } }[]) => events.map(({ payload }) => payload.purchaseId);

export const useRecorded = (tx: Transaction, events: EventOf<'purchase.recorded'>[]): Promise<void> =>
  useReserved(tx, purchases(events));

/** Heard before its purchase it ends alike: nothing is reserved any more when that comes. */
export const freeReturned = (tx: Transaction, events: EventOf<'purchase.returned'>[]): Promise<void> =>
  freeReserved(tx, purchases(events.filter(({ payload }) => payload.whole)));
