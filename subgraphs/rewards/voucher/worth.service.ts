// Vouchers as they stand, and what they and held redemptions take off a purchase. Only read, nothing is reserved.
import type { Sql } from '../../shared/database.ts';
import { decodeId } from '../../shared/id.ts';
import { Refused, userError, type UserErrorRow } from '../../shared/refusal.ts';
import type { RewardKind } from '../catalogue/reward.rules.ts';
import { readCode } from './code.rules.ts';
import { WORTH_SQL } from './voucher.service.ts';
import { takenOff, unusable, type Presented, type Worth } from './worth.rules.ts';

interface Standing extends Presented {
  id: string;
  code: string;
  rewardCode: string;
}

export type PurchaseWorthRow = { rewardCode: string | null; refusal: UserErrorRow | null } & Partial<Worth>;

const NOTHING: PurchaseWorthRow = { rewardCode: null, refusal: null };

/** By code. */
export async function vouchersStanding(sql: Sql, codes: string[]): Promise<Map<string, Standing>> {
  const rows = await sql.query<Standing[]>(
    `select v.id, v.code, v.state, v.partner_id "partnerId", v.reserved_for "reservedFor", v.worth, r.kind,
       r.code "rewardCode"
     from voucher_now v join reward r on r.id = v.reward_id where v.code = any($1)`,
    [codes],
  );
  return new Map(rows.map((row) => [row.code, row]));
}

/** One for each code, in order; of a code that is there twice the second takes nothing. */
export async function voucherWorths(
  sql: Sql,
  typed: string[],
  { partnerId, currencyCode }: { partnerId: string; currencyCode: string | null },
): Promise<PurchaseWorthRow[]> {
  const codes = typed.map((code) => readCode(code) ?? '');
  const standing = await vouchersStanding(sql, codes);
  return codes.map((code, index) => {
    const voucher = standing.get(code);
    const why = unusable(voucher, { partnerId: decodeId('ptn', partnerId), purchaseId: null, currencyCode });
    if (why !== null) {
      const refused = new Refused(why.code, why.message, { field: ['codes', String(index)] });
      return { ...NOTHING, refusal: userError(refused) };
    }
    const { rewardCode, kind, worth } = voucher!;
    return { ...NOTHING, rewardCode, ...(codes.indexOf(code) === index ? takenOff(kind, worth) : {}) };
  });
}

/** One for each redemption, in order, as its voucher would: points know whether it is still held. */
export async function redemptionWorths(sql: Sql, ids: string[]): Promise<PurchaseWorthRow[]> {
  const uuids = ids.map((id) => decodeId('rdm', id));
  const rows = await sql.query<{ id: string; rewardCode: string; kind: RewardKind; worth: Worth | null }[]>(
    `select d.id, r.code "rewardCode", r.kind, ${WORTH_SQL} worth
     from redemption d join reward r on r.id = d.reward_id where d.id = any($1::uuid[])`,
    [uuids.filter((id) => id !== null)],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return uuids.map((id) => {
    const row = byId.get(id ?? '');
    return row === undefined ? NOTHING : { ...NOTHING, rewardCode: row.rewardCode, ...takenOff(row.kind, row.worth) };
  });
}
