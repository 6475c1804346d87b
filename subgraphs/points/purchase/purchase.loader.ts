// Purchases: by id, by receipt, and as pages of a member's receipts; their lines, and what caused their entries.
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../shared/database.ts';
import { connection, type Connection, type PageArguments } from '../../shared/page.ts';
import { PurchaseLineRow, PurchaseRow } from './purchase.entity.ts';

export function purchasesById(source: DataSource): DataLoader<string, PurchaseRow | null> {
  return new DataLoader(async (ids) => {
    const rows = await source.query<PurchaseRow[]>(
      `select ${columnsOf(source, PurchaseRow, 'p')} from purchase p where id = any($1)`,
      [ids],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

export function linesByPurchaseId(source: DataSource): DataLoader<string, PurchaseLineRow[]> {
  return new DataLoader(async (ids) => {
    const rows = await source.query<PurchaseLineRow[]>(
      `select ${columnsOf(source, PurchaseLineRow, 'l')} from purchase_line l where purchase_id = any($1) order by number`,
      [ids],
    );
    const byPurchase = Map.groupBy(rows, (row) => row.purchaseId);
    return ids.map((id) => byPurchase.get(id) ?? []);
  });
}

/** What else caused entries for purchases: the holds they captured, what returns took and gave back; oldest first. */
export function causesByPurchaseId(source: DataSource): DataLoader<string, string[]> {
  return new DataLoader(async (ids) => {
    const rows = await source.query<{ id: string; purchaseId: string }[]>(
      `select hold_id id, purchase_id "purchaseId" from purchase_redemption where purchase_id = any($1)
       union all
       select id, purchase_id from purchase_return_part where purchase_id = any($1)
       union all
       select s.id, t.purchase_id from purchase_return_part t join purchase_restore s on s.part_id = t.id
       where t.purchase_id = any($1) order by id`,
      [ids],
    );
    const byPurchase = Map.groupBy(rows, (row) => row.purchaseId);
    return ids.map((id) => (byPurchase.get(id) ?? []).map((row) => row.id));
  });
}

/** The partner behind what caused entries: a purchase, a part of a return, an event, or a step of the ladder by one of them. */
export function partnersByOrigin(source: DataSource): DataLoader<string, string | null> {
  return new DataLoader(async (origins) => {
    const rows = await source.query<{ origin: string; partnerId: string }[]>(
      `with recursive cause as (
         select id origin, id from unnest($1::uuid[]) id
         union all
         select c.origin, t.origin from cause c join tier_change t on t.id = c.id
       ), purchased as (
         select origin, id from cause
         union all
         select c.origin, t.purchase_id from cause c join purchase_return_part t on t.id = c.id
         union all
         select c.origin, r.purchase_id from cause c join purchase_redemption r on r.hold_id = c.id
         union all
         select c.origin, t.purchase_id from cause c
         join purchase_restore s on s.id = c.id join purchase_return_part t on t.id = s.part_id
       )
       select origin, p.partner_id "partnerId" from purchased join purchase p using (id)
       union all
       select origin, e.partner_id from cause join member_event e using (id)`,
      [origins],
    );
    const byOrigin = new Map(rows.map((row) => [row.origin, row.partnerId]));
    return origins.map((origin) => byOrigin.get(origin) ?? null);
  });
}

/** The latest receipt of a number at a location, or that of one day. */
export async function purchaseByReceipt(
  source: DataSource,
  locationId: string,
  receiptNumber: string,
  businessDate: string | null,
): Promise<PurchaseRow | null> {
  return source.getRepository(PurchaseRow).findOne({
    where: { locationId, receiptNumber, ...(businessDate === null ? {} : { businessDate }) },
    order: { businessDate: 'desc' },
  });
}

/** Purchases that wait for a review, the first to come first. */
export async function waitingPurchases(source: DataSource, page: PageArguments): Promise<Connection<PurchaseRow>> {
  const [at, id] = page.after ?? [null, null];
  const rows = await source.query<(PurchaseRow & { recordedAt: string })[]>(
    `select ${columnsOf(source, PurchaseRow, 'p')}, p.recorded_at "recordedAt" from purchase p
     where p.review = 'WAITING' and ($2::timestamptz is null or (p.recorded_at, p.id) > ($2, $3::uuid))
     order by p.recorded_at, p.id limit $1`,
    [page.first + 1, at, id],
  );
  return connection(rows, page, (row) => [row.recordedAt, row.id]);
}

export interface PurchasePageKey {
  memberId: string;
  /** Only this partner's; null: all. */
  partnerId: string | null;
  page: PageArguments;
}

/** Pages of members' receipts, newest first; one statement for all members that ask for the same page. */
export function purchasePages(source: DataSource): DataLoader<PurchasePageKey, Connection<PurchaseRow>, string> {
  const question = ({ partnerId, page }: PurchasePageKey) => JSON.stringify([partnerId, page]);
  return new DataLoader(
    async (keys) => {
      const pages = new Map<string, Connection<PurchaseRow>>();
      for (const [asked, group] of Map.groupBy(keys, question)) {
        const { partnerId, page } = group[0]!;
        const [at, id] = page.after ?? [null, null];
        const rows = await source.query<PurchaseRow[]>(
          `select p.* from unnest($1::uuid[]) m(member_id) cross join lateral (
             select ${columnsOf(source, PurchaseRow, 'p')} from purchase p
             where p.member_id = m.member_id and ($2::uuid is null or p.partner_id = $2)
               and ($4::timestamptz is null or (p.occurred_at, p.id) < ($4, $5::uuid))
             order by p.occurred_at desc, p.id desc limit $3
           ) p order by "occurredAt" desc, id desc`,
          [group.map((key) => key.memberId), partnerId, page.first + 1, at, id],
        );
        const byMember = Map.groupBy(rows, (row) => row.memberId);
        for (const { memberId } of group) {
          pages.set(
            `${memberId} ${asked}`,
            connection(byMember.get(memberId) ?? [], page, (row) => [row.occurredAt, row.id]),
          );
        }
      }
      return keys.map((key) => pages.get(`${key.memberId} ${question(key)}`)!);
    },
    { cacheKeyFn: (key) => `${key.memberId} ${question(key)}` },
  );
}
