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
import { stepLimited } from '../tier/bonus.service.ts';
import { drawsOf } from './draw.service.ts';
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
    const whole = { ...purchase, lines: purchase.lines.map((line) => ({ ...line, returnedQuantity: '0' })) };
    const limits = limitsOf(ruleBookOf(programme), occasionOf(purchase.pinned.facts, whole));
    limited.set(purchase.id, {
      memberId: purchase.memberId,
      at: purchase.occurredAt,
      timeZone: programme.timeZone,
      limits,
    });
  }
  return limited;
}

/** Of sales that some rule asks about: the members' days at locations until now. */
async function visitsOf(sql: Sql, sales: PurchaseItem[], inForceAt: Map<string, Programme>): Promise<Set<string>> {
  const asked = sales.flatMap(({ memberId, location, input }) => {
    const programme = inForceAt.get(input.occurredAt)!;
    if (memberId === null || !needsOf(ruleBookOf(programme)).visits) return [];
    const day = dayOf(input.occurredAt, programme.timeZone);
    const { timeZone } = programme;
    return [
      { memberId, locationId: location.locationId, day, from: dayStart(day, timeZone), to: dayEnd(day, timeZone) },
    ];
  });
  if (asked.length === 0) return new Set();
  const found = await sql.query<{ memberId: string; locationId: string; day: string }[]>(
    `select v."memberId", v."locationId", v.day from jsonb_to_recordset($1)
       v("memberId" uuid, "locationId" uuid, day date, "from" timestamptz, "to" timestamptz)
     where exists (select from purchase p where p.member_id = v."memberId" and p.location_id = v."locationId"
       and p.occurred_at >= v."from" and p.occurred_at < v."to" and (p.returned < p.total or p.total = 0))`,
    [JSON.stringify(asked)],
  );
  return new Set(found.map(({ memberId, locationId, day }) => visitOf(memberId, locationId, day)));
}

interface Opening {
  /** False: only to look. */
  lock: boolean;
  /** Counts by it instead of what is in force. */
  draft: Programme | null;
  /** UUIDs of purchases that no item names. */
  purchases?: string[];
}

export async function openBook(
  sql: Sql,
  owner: string,
  items: BatchItem[],
  { lock, draft, purchases: others = [] }: Opening = { lock: true, draft: null },
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
  // Read under the locks: only so it keeps the order of what happens under them.
  const at = standings.now;
  const members = await membersById(sql, [...new Set(memberIds)]);
  const given = await condemned(
    sql,
    sales.flatMap((item) => item.attemptId ?? []),
  );
  const purchases = await purchasesStanding(sql, items, [...new Set(referenced.map((found) => found.id))], lock);

  const inForceAt = new Map(instants.map((instant, index) => [instant, programmes[index]!]));
  const versions = new Map([programme, ...programmes].map((known) => [known.version, known]));
  const pinned = new Set(purchases.map(({ ruleVersion }) => ruleVersion).filter((version) => !versions.has(version)));
  if (pinned.size > 0) {
    for (const [version, known] of await programmesByVersion(sql, [...pinned])) versions.set(version, known);
  }

  const limited = limitedBy(sales, purchases, inForceAt, versions);
  // A step of the ladder may touch others, whatever leads to it.
  const steps = [...new Set(memberIds)].flatMap((memberId) =>
    [...new Set([...items.map(({ input }) => input.occurredAt), ...standings.stepMoments(memberId)])]
      .map((happenedAt) => stepLimited(programme, memberId, happenedAt))
      .filter(({ limits: { caps, budgets } }) => caps.length + budgets.length > 0),
  );
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
      limits: await LimitUse.open(sql, [...limited.values(), ...steps], lock),
      visits: await visitsOf(sql, sales, inForceAt),
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
