// Opens a book: locks the members of its items and the purchases that they name, then reads what deciding them needs. To
// look only, the same is read without a lock.
import type { Sql } from '../../shared/database.ts';
import { needsOf, ruleBookOf } from '../earning/book.rules.ts';
import { limitsOf } from '../earning/limit.rules.ts';
import { LimitUse, type Limited } from '../earning/limit.service.ts';
import { occasionOf } from '../earning/occasion.rules.ts';
import { dayEnd, dayOf, dayStart } from '../ledger/calendar.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { LAST, programmesAt, programmesByVersion } from '../programme/programme.service.ts';
import { Standings } from '../tier/standing.service.ts';
import { requestsAnswered, returnsRecorded } from './answered.service.ts';
import { Book, visitOf } from './book.service.ts';
import { asRecorded } from './counting.rules.ts';
import { drawsOf } from '../earning/draw.service.ts';
import { isReturn, isSale, type BatchItem, type PurchaseItem } from './item.service.ts';
import { membersById } from './lookup.service.ts';
import { membersOfPurchases, purchasesNamed, purchasesStanding, type BookPurchase } from './recorded.service.ts';
import { factsOfSale, saleLines } from './sale.rules.ts';
import { Spending } from './spending.service.ts';
import { condemned } from './voucher.service.ts';

/** What sales and earlier purchases can touch of caps and budgets, by the item or the id of the purchase. */
function limitedBy(
  sales: PurchaseItem[],
  purchases: BookPurchase[],
  inForceAt: Map<string, Programme>,
  versions: Map<number, Programme>,
): Map<PurchaseItem | string, Limited> {
  const limited = new Map<PurchaseItem | string, Limited>();
  for (const item of sales) {
    const { memberId, input, sale } = item;
    const programme = inForceAt.get(input.occurredAt)!;
    const facts = factsOfSale(item, programme);
    if (memberId === null || facts === null) continue;
    const occasion = occasionOf(facts, saleLines(sale, input.currencyCode));
    const limits = limitsOf(ruleBookOf(programme), occasion);
    limited.set(item, { memberId, at: input.occurredAt, timeZone: programme.timeZone, limits });
  }
  for (const purchase of purchases) {
    if (purchase.memberId === null) continue;
    const programme = versions.get(purchase.ruleVersion)!;
    const limits = limitsOf(ruleBookOf(programme), occasionOf(purchase.pinned.facts, asRecorded(purchase)));
    limited.set(purchase.id, {
      memberId: purchase.memberId,
      at: purchase.occurredAt,
      timeZone: programme.timeZone,
      limits,
    });
  }
  return limited;
}

interface Bought {
  memberId: string | null;
  locationId: string;
  occurredAt: string;
  programme: Programme;
}

/** Where some rule asks: by the member's day at the location, its purchases that count as a visit. */
async function visitsOf(sql: Sql, bought: Bought[]): Promise<Map<string, string[]>> {
  const asked = bought.flatMap(({ memberId, locationId, occurredAt, programme }) => {
    if (memberId === null || !needsOf(ruleBookOf(programme)).visits) return [];
    const { timeZone } = programme;
    const day = dayOf(occurredAt, timeZone);
    return [{ memberId, locationId, day, from: dayStart(day, timeZone), to: dayEnd(day, timeZone) }];
  });
  if (asked.length === 0) return new Map();
  const found = await sql.query<{ memberId: string; locationId: string; day: string; ids: string[] }[]>(
    `select v."memberId", v."locationId", v.day, array_agg(distinct p.id) ids from jsonb_to_recordset($1)
       v("memberId" uuid, "locationId" uuid, day date, "from" timestamptz, "to" timestamptz)
     join purchase p on p.member_id = v."memberId" and p.location_id = v."locationId" and p.earns
       and p.occurred_at >= v."from" and p.occurred_at < v."to"
     where p.returned < p.total or p.total = 0 and exists (
       select from purchase_line l where l.purchase_id = p.id and l.returned_quantity < l.quantity)
     group by 1, 2, 3`,
    [JSON.stringify(asked)],
  );
  return new Map(found.map(({ memberId, locationId, day, ids }) => [visitOf(memberId, locationId, day), ids]));
}

/** By number: those in force, and those that purchases are pinned to. */
async function versionsOf(sql: Sql, inForce: Programme[], purchases: BookPurchase[]): Promise<Map<number, Programme>> {
  const known = new Map(inForce.map((programme) => [programme.version, programme]));
  const pinned = [...new Set(purchases.map(({ ruleVersion }) => ruleVersion))].filter((version) => !known.has(version));
  return pinned.length === 0 ? known : new Map([...known, ...(await programmesByVersion(sql, pinned))]);
}

interface Opening {
  /** False: only to look. */
  lock?: boolean;
  /** Counts by it instead of what is in force. */
  draft?: Programme | null;
  /** UUIDs of purchases that no item names. */
  purchases?: string[];
  /** What an earlier try asked of caps and budgets beside what items and purchases can touch. */
  opened: Limited[];
}

export async function openBook(
  sql: Sql,
  owner: string,
  items: BatchItem[],
  { lock = true, draft = null, purchases: others = [], opened }: Opening,
): Promise<Book> {
  const sales = items.filter(isSale);
  const returns = items.filter(isReturn);
  const referenced = [...(await purchasesNamed(sql, returns)), ...(await membersOfPurchases(sql, others))];
  const memberIds = [...items, ...referenced].flatMap(({ memberId }) => (memberId === null ? [] : [memberId]));
  const instants = [...new Set(sales.map(({ input }) => input.occurredAt))];
  const [inForce, ...programmes] =
    draft === null ? await programmesAt(sql, [LAST, ...instants]) : [draft, ...instants.map(() => draft)];
  const programme = inForce!;
  const standings = await (lock
    ? Standings.lock(sql, memberIds, programme)
    : Standings.read(sql, memberIds, programme));
  if (returns.length > 0) await standings.loadBonuses(sql);
  // Read under the locks: only so it keeps the order of what happens under them.
  const at = standings.now;
  const members = await membersById(sql, [...new Set(memberIds)]);
  const given = await condemned(
    sql,
    sales.flatMap((item) => item.attemptId ?? []),
  );
  const purchases = await purchasesStanding(sql, items, [...new Set(referenced.map((found) => found.id))], lock);

  const inForceAt = new Map(instants.map((instant, index) => [instant, programmes[index]!]));
  const versions = await versionsOf(sql, [programme, ...programmes], purchases);
  const limited = limitedBy(sales, purchases, inForceAt, versions);
  const bought = [
    ...sales.map(({ memberId, location: { locationId }, input: { occurredAt } }) => {
      return { memberId, locationId, occurredAt, programme: inForceAt.get(occurredAt)! };
    }),
    ...purchases
      .filter(({ review }) => review === 'WAITING')
      .map((purchase) => ({ ...purchase, programme: versions.get(purchase.ruleVersion)! })),
  ];
  const draws = [...versions.values()].flatMap((version) => needsOf(ruleBookOf(version)).draws);
  return new Book(
    {
      owner,
      now: at,
      programme,
      versions,
      inForceAt,
      standings,
      members,
      limited,
      limits: await LimitUse.open(sql, [...limited.values()], opened, lock),
      visits: await visitsOf(sql, bought),
      isDraft: draft !== null,
      draws: await drawsOf(sql, [...new Set(draws)]),
      condemned: given,
      spending: await Spending.read(
        sql,
        sales.flatMap((item) => item.input.redemptionIds ?? []),
        purchases.map(({ id }) => id),
        lock,
      ),
    },
    purchases,
    await requestsAnswered(sql, owner, items),
    await returnsRecorded(sql, returns),
  );
}
