// Reads what was answered before: under a key, or under the receipt of a return.
import type { Sql } from '../../shared/database.ts';
import type { ReturnItem } from './item.service.ts';
import { storedAnswer, type Answer, type StoredAnswer } from './outcome.rules.ts';

export interface Remembered {
  hash: string;
  answer: Answer;
}

/** What was answered under the items' keys; by other mutations of the batch too. */
export async function requestsAnswered(
  tx: Sql,
  owner: string,
  items: { mutation: string; key: string }[],
): Promise<(Remembered & { mutation: string; key: string })[]> {
  if (items.length === 0) return [];
  const rows = await tx.query<{ mutation: string; key: string; hash: string; answer: StoredAnswer }[]>(
    `select mutation, key, encode(input_hash, 'hex') hash, answer from request
     where owner = $1 and mutation = any($2) and key = any($3)`,
    [owner, [...new Set(items.map((item) => item.mutation))], items.map((item) => item.key)],
  );
  return rows.map(({ answer, ...row }) => ({ ...row, answer: storedAnswer(answer) }));
}

export interface RecordedReturn extends Remembered {
  locationId: string;
  receiptNumber: string;
  businessDate: string;
}

/** What was recorded under the receipts of returns. */
export async function returnsRecorded(tx: Sql, returns: ReturnItem[]): Promise<RecordedReturn[]> {
  if (returns.length === 0) return [];
  type Row = Omit<RecordedReturn, 'answer'> & Answer;
  const rows = await tx.query<Row[]>(
    `select r.location_id "locationId", r.receipt_number "receiptNumber", r.business_date "businessDate",
       encode(r.input_hash, 'hex') hash, r.member_id "memberId", null "purchaseId", r.lines,
       (select jsonb_agg(jsonb_build_object('id', t.id, 'purchaseId', t.purchase_id, 'restores',
          (select coalesce(jsonb_agg(s.id order by s.id), '[]') from purchase_restore s where s.part_id = t.id)) order by t.id)
        from purchase_return_part t where t.return_id = r.id) parts
     from purchase_return r where (r.location_id, r.receipt_number, r.business_date) in
       (select * from unnest($1::uuid[], $2::text[], $3::date[]))`,
    [
      returns.map((item) => item.location.locationId),
      returns.map((item) => item.input.receiptNumber),
      returns.map((item) => item.input.businessDate),
    ],
  );
  return rows.map(({ memberId, purchaseId, parts, lines, ...row }) => ({
    ...row,
    answer: { memberId, purchaseId, holds: [], steps: [], parts, lines },
  }));
}
