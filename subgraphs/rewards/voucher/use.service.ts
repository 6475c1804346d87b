// Vouchers before a till: used at once, or reserved for a purchase that points is about to record.
import type { Transaction } from '../../shared/database.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import { once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { requireKey } from '../../shared/viewer.ts';
import { placeOf, type Place } from '../partner/copy.service.ts';
import { readCode } from './code.rules.ts';
import { freeReserved, useReserved } from './voucher.service.ts';
import { unusable, type Presentation, type Presented } from './worth.rules.ts';
import { vouchersStanding } from './worth.service.ts';

/** How long a reservation waits for its purchase before points is asked about it. */
const RESERVATION = '30 seconds';
const BATCH = 100;
const RECEIPT_NUMBER_MAX = 100;

export interface UseInput {
  idempotencyKey?: string | null;
  code: string;
  location: string;
  receiptNumber?: string | null;
}

/** Vouchers as they stand, locked, in one order for all who lock many. */
async function locked(tx: Transaction, codes: string[]) {
  await tx.query('select 1 from voucher where code = any($1) order by id for update', [codes]);
  return vouchersStanding(tx, codes);
}

/** The id of a voucher that can be used. */
function usableAs(
  voucher: (Presented & { id: string }) | undefined,
  presentation: Presentation,
  field: string[],
): string {
  const why = unusable(voucher, presentation);
  if (why !== null) throw new Refused(why.code, why.message, { field });
  return voucher!.id;
}

async function placeFor(request: RoomRequest, code: string): Promise<Place> {
  const { viewer } = request;
  const place = await placeOf(request, code);
  if (place !== null && (viewer.kind === 'operator' || viewer.partnerId === place.partnerId)) return place;
  throw new Refused('LOCATION_UNKNOWN', 'There is no such location, or it is another partner’s.', {
    field: ['location'],
  });
}

export async function useVoucher(request: RoomRequest, input: UseInput): Promise<{ id: string; replayed: boolean }> {
  const key = requireKey(input.idempotencyKey);
  const receiptNumber = input.receiptNumber?.trim() ?? null;
  if (receiptNumber !== null && (receiptNumber === '' || receiptNumber.length > RECEIPT_NUMBER_MAX)) {
    throw new Refused('TEXT_INVALID', `A receipt number has 1 to ${RECEIPT_NUMBER_MAX} characters.`, {
      field: ['receiptNumber'],
    });
  }
  const place = await placeFor(request, input.location);
  const named = { owner: request.viewer.owner, mutation: 'voucherUse', key, input };
  const { answer, replayed } = await once(request.space.source, named, async (tx) => {
    const code = readCode(input.code) ?? '';
    const id = usableAs(
      (await locked(tx, [code])).get(code),
      { partnerId: place.partnerId, purchaseId: null, currencyCode: null },
      ['code'],
    );
    await tx.query(
      `update voucher set state = 'USED', used_at = clock(), presented_to = $2, location_id = $3, receipt_number = $4
       where id = $1`,
      [id, place.partnerId, place.locationId, receiptNumber],
    );
    return { id };
  });
  return { id: answer.id, replayed };
}

export interface PresentInput {
  purchaseId: string;
  codes: string[];
  partnerId: string;
  currencyCode?: string | null;
}

/** Reserves all of them for a purchase or none; for the purchase that has them already nothing changes. */
export async function presentVouchers(request: RoomRequest, input: PresentInput): Promise<string[]> {
  const purchaseId = decodeId('pur', input.purchaseId);
  const partnerId = decodeId('ptn', input.partnerId);
  if (purchaseId === null || partnerId === null) {
    throw new Refused('PURCHASE_INVALID', 'These are no ids of a purchase and a partner.', { field: ['purchaseId'] });
  }
  const codes = input.codes.map((code) => readCode(code) ?? '');
  const { currencyCode = null } = input;
  return request.space.source.transaction(async (tx) => {
    const vouchers = await locked(tx, codes);
    const ids = codes.map((code, index) =>
      usableAs(vouchers.get(code), { partnerId, purchaseId, currencyCode }, ['codes', String(index)]),
    );
    await tx.query(
      `update voucher set state = 'PRESENTED', reserved_for = $2, presented_at = clock(), presented_to = $3
       where id = any($1::uuid[]) and state = 'ISSUED'`,
      [ids, purchaseId, partnerId],
    );
    return [...new Set(ids)];
  });
}

/** Asks points what became of purchases that have not been heard of; how many. */
export async function settleReservations(request: RoomRequest): Promise<number> {
  const { source } = request.space;
  const waiting = await source.query<{ id: string }[]>(
    `select distinct reserved_for id from voucher
     where state = 'PRESENTED' and presented_at <= clock() - $1::interval limit $2`,
    [RESERVATION, BATCH],
  );
  if (waiting.length === 0) return 0;
  const { purchaseOutcomes } = await request.ask<{ purchaseOutcomes: boolean[] }>(
    'points',
    'mutation ($purchaseIds: [ID!]!) { purchaseOutcomes(purchaseIds: $purchaseIds) }',
    { purchaseIds: waiting.map(({ id }) => encodeId('pur', id)) },
  );
  const ids = (recorded: boolean) =>
    waiting.filter((_, index) => purchaseOutcomes[index] === recorded).map(({ id }) => id);
  await source.transaction(async (tx) => {
    await useReserved(tx, ids(true));
    await freeReserved(tx, ids(false));
  });
  return waiting.length;
}
