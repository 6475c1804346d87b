// Records purchases and returns: what is decided, is decided under the members' locks and posted in the same transaction,
// so that the answer carries the points. Sending anything again gives its first answer.
import { Big } from 'big.js';
import { DEADLOCK, failure, LOCK_TIMEOUT, UNIQUE_VIOLATION } from '../../shared/database.ts';
import { newId } from '../../shared/id.ts';
import { keyInProgress, keyReused } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { moneyDecimals } from '../../shared/scalars.ts';
import { explain, explainReturn, pointsFor } from '../earning/earning.rules.ts';
import { expiresAt } from '../ledger/expiry.rules.ts';
import { actorOf } from '../ledger/ledger.service.ts';
import { dayOf, type Programme } from '../programme.ts';
import { Book, type Answer, type BookPurchase } from './book.service.ts';
import {
  isItem,
  readItems,
  type BatchItem,
  type BatchItemInput,
  type PurchaseItem,
  type ReturnItem,
} from './item.service.ts';
import { inBase, rateOn } from './money.rules.ts';
import {
  returnAmount,
  returnLatest,
  returnLines,
  returnWhole,
  type LineAnswer,
  type Part,
  type Returned,
} from './return.rules.ts';

/** Items of one transaction: enough to share its cost, few enough that nobody waits long for its locks. */
const CHUNK = 100;
const ATTEMPTS = 5;
/** Tills' clocks are not ours. */
const AHEAD_HOURS = 24;

export type Outcome =
  | { state: 'RECORDED' | 'REPLAYED'; answer: Answer; points: number }
  | { state: 'REFUSED'; refusal: Refused; lines: LineAnswer[] };

/** A return of which nothing was accepted: the refusal carries the answer of each line. */
class NothingReturned extends Refused {
  readonly lines: LineAnswer[];

  constructor(lines: LineAnswer[]) {
    const code = lines[0]?.reason ?? 'RETURN_UNMATCHED';
    const message =
      code === 'RETURN_UNMATCHED' ? 'No sale of these items is left to return.' : 'More is returned than was bought.';
    super(code, message, { field: ['lines'] });
    this.lines = lines;
  }
}

/** One outcome per item, in order. */
export async function recordBatch(request: RoomRequest, inputs: BatchItemInput[]): Promise<Outcome[]> {
  const items = await readItems(request, inputs);
  const outcomes: Outcome[] = [];
  for (let start = 0; start < items.length; start += CHUNK) {
    const chunk = items.slice(start, start + CHUNK);
    const decided = await recordChunk(request, chunk.filter(isItem));
    outcomes.push(...chunk.map((item) => (isItem(item) ? decided.shift()! : refused(item))));
  }
  return outcomes;
}

const refused = (refusal: Refused): Outcome => ({
  state: 'REFUSED',
  refusal,
  lines: refusal instanceof NothingReturned ? refusal.lines : [],
});

/** All in one transaction; where another one was faster with a key or a receipt, one by one. */
async function recordChunk(request: RoomRequest, items: BatchItem[]): Promise<Outcome[]> {
  if (items.length === 0) return [];
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request.space.source.transaction(async (tx) => {
        await tx.query(`set local lock_timeout = '2s'`);
        const book = await Book.open(tx, request.viewer.owner, items);
        const outcomes = items.map((item) => decide(request, book, item));
        await book.close(tx);
        return outcomes;
      });
    } catch (error) {
      const { code } = failure(error);
      if (code === null || ![UNIQUE_VIOLATION, DEADLOCK, LOCK_TIMEOUT].includes(code)) throw error;
      if (items.length > 1) {
        const outcomes: Outcome[] = [];
        for (const item of items) outcomes.push(...(await recordChunk(request, [item])));
        return outcomes;
      }
      if (code === LOCK_TIMEOUT) return [refused(keyInProgress())];
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

function decide(request: RoomRequest, book: Book, item: BatchItem): Outcome {
  try {
    const hash = item.hash.toString('hex');
    const answered = book.answered(item);
    if (answered !== undefined) {
      if (answered.hash !== hash) throw keyReused();
      return { state: 'REPLAYED', answer: answered.answer, points: 0 };
    }
    const recorded = book.recorded(item);
    if (recorded !== undefined) {
      if (recorded.hash === hash) return { state: 'REPLAYED', answer: recorded.answer, points: 0 };
      throw new Refused('RECEIPT_CONFLICT', 'This receipt is recorded already, with other content.', {
        field: ['receiptNumber'],
      });
    }
    if (hoursAhead(item.input.occurredAt, book.now) > AHEAD_HOURS) {
      throw new Refused('OCCURRED_IN_FUTURE', `occurredAt is more than ${AHEAD_HOURS} h ahead of ${book.now}.`, {
        field: ['occurredAt'],
      });
    }
    return item.mutation === 'purchaseRecord' ? record(request, book, item) : giveBack(request, book, item);
  } catch (error) {
    if (error instanceof Refused) return refused(error);
    throw error;
  }
}

const hoursAhead = (at: string, now: string): number => (Date.parse(at) - Date.parse(now)) / 3_600_000;

/** What a purchase gives for a part of its total that is kept, and what that part counts for the tier. */
function worth(purchase: BookPurchase, programme: Programme, kept: Big): { base: Big; points: number } {
  const base = inBase(kept, purchase.rate, moneyDecimals(programme.baseCurrency));
  return { base, points: purchase.earns ? pointsFor(programme.earning, base) : 0 };
}

function record(request: RoomRequest, book: Book, item: PurchaseItem): Outcome {
  const { input, sale, memberId, location } = item;
  const { programme } = book;
  const member = memberId === null ? null : book.members.get(memberId)!;
  if (member !== null && (member.status === 'CLOSED' || member.status === 'ERASED')) {
    throw new Refused('MEMBER_NOT_ACTIVE', `This member is ${member.status}.`, { field: ['member'] });
  }
  const day = dayOf(input.occurredAt, programme.timeZone);
  const rate = rateOn(programme.exchangeRates, programme.baseCurrency, input.currencyCode, day);
  if (rate === null) {
    throw new Refused('CURRENCY_UNKNOWN', `The programme has no rate of ${input.currencyCode} for ${day}.`, {
      field: ['currencyCode'],
    });
  }
  const blank: BookPurchase = {
    id: newId(),
    memberId,
    partnerId: location.partnerId,
    locationId: location.locationId,
    receiptNumber: input.receiptNumber,
    businessDate: input.businessDate,
    occurredAt: input.occurredAt,
    decimals: moneyDecimals(input.currencyCode),
    rate,
    total: sale.total,
    returned: Big(0),
    ruleVersion: programme.version,
    earns: member !== null && member.status === 'ACTIVE' && !member.earningBlocked,
    pointsCurrency: programme.earning.currency,
    points: 0,
    hash: item.hash.toString('hex'),
    lines: sale.lines.map((line) => ({
      number: line.number,
      sku: line.sku,
      unitPrice: Big(line.unitPrice),
      quantity: Big(line.quantity),
      amount: line.amount,
      returnedQuantity: Big(0),
      returnedAmount: Big(0),
    })),
  };
  const { base, points } = worth(blank, programme, sale.total);
  const purchase = { ...blank, points };
  book.add(
    purchase,
    {
      id: purchase.id,
      member_id: memberId,
      partner_id: location.partnerId,
      channel_id: location.channelId,
      channel_code: location.channelCode,
      location_id: location.locationId,
      terminal: input.terminal ?? null,
      cashier: input.cashier ?? null,
      receipt_number: input.receiptNumber,
      business_date: input.businessDate,
      occurred_at: input.occurredAt,
      recorded_at: book.now,
      currency_code: input.currencyCode,
      decimals: purchase.decimals,
      rate,
      total: sale.total.toFixed(),
      returned: '0',
      rule_version: programme.version,
      earns: purchase.earns,
      points_currency: purchase.pointsCurrency,
      points,
      input_hash: `\\x${purchase.hash}`,
    },
    sale.lines.map((line) => ({
      purchase_id: purchase.id,
      number: line.number,
      sku: line.sku,
      name: line.name,
      category: line.category,
      brand: line.brand,
      quantity: line.quantity,
      unit_price: line.unitPrice,
      discount: line.discount,
      tax_rate: line.taxRate,
      amount: line.amount.toFixed(),
      returned_quantity: '0',
      returned_amount: '0',
    })),
  );
  if (memberId !== null && purchase.earns) {
    book.standings.spend(memberId, base, input.occurredAt, purchase.id, programme.tiers);
  }
  if (memberId !== null && points > 0) {
    const currency = programme.currencies.find((known) => known.code === purchase.pointsCurrency)!;
    book.post({
      op: 'credit',
      kind: 'EARN',
      member: memberId,
      currency: currency.code,
      amount: points,
      origin: purchase.id,
      effective_at: input.occurredAt,
      earned_at: input.occurredAt,
      expires_at: expiresAt(input.occurredAt, currency.expiry, programme.timeZone),
      funder: location.partnerId,
      rule_version: String(programme.version),
      explanation: explain(programme.earning, programme.version, base, programme.baseCurrency),
      ...actorOf(request.viewer),
    });
  }
  const answer: Answer = { memberId, purchaseId: purchase.id, parts: [], lines: [] };
  book.remember(item, answer);
  return { state: 'RECORDED', answer, points };
}

/** What comes back, from which purchases; throws when nothing does. */
function match(book: Book, item: ReturnItem): Returned {
  const { input, mode, location, memberId } = item;
  if (item.reference === null) {
    const latest = book.latest(memberId!, location.partnerId, input.occurredAt);
    return 'lines' in mode ? returnLatest(latest, mode.lines) : { parts: [], answers: [] };
  }
  const purchase = book.named(item.reference, location.partnerId);
  if (purchase === undefined) {
    throw new Refused('PURCHASE_UNKNOWN', 'There is no such purchase.', { field: ['purchase'] });
  }
  if ('lines' in mode) return returnLines(purchase, mode.lines);
  const part = 'whole' in mode ? returnWhole(purchase) : returnAmount(purchase, mode.amount);
  if (part === null) {
    throw new Refused('RETURN_EXCEEDS_PURCHASE', 'More is returned than was bought.', {
      field: ['whole' in mode ? 'whole' : 'amount'],
    });
  }
  return { parts: [part], answers: [] };
}

function giveBack(request: RoomRequest, book: Book, item: ReturnItem): Outcome {
  const { parts, answers } = match(book, item);
  if (parts.length === 0) throw new NothingReturned(answers);
  const returnId = newId();
  const taken = parts.map((part) => ({ id: newId(), ...takePart(request, book, item, part) }));
  const memberId = item.memberId ?? taken[0]!.memberId;
  const answer: Answer = {
    memberId,
    purchaseId: null,
    parts: taken.map(({ id, part }) => ({ id, purchaseId: part.purchaseId })),
    lines: answers,
  };
  for (const { id, undo } of taken) if (undo !== null) book.post({ ...undo, origin: id });
  const { input } = item;
  book.addReturn(
    item,
    {
      id: returnId,
      member_id: memberId,
      partner_id: item.location.partnerId,
      location_id: item.location.locationId,
      terminal: input.terminal ?? null,
      cashier: input.cashier ?? null,
      receipt_number: input.receiptNumber,
      business_date: input.businessDate,
      occurred_at: input.occurredAt,
      recorded_at: book.now,
      lines: answers,
      input_hash: `\\x${item.hash.toString('hex')}`,
    },
    taken.map(({ id, part, points }) => ({
      id,
      return_id: returnId,
      purchase_id: part.purchaseId,
      amount: part.amount.toFixed(),
      points,
      lines: part.lines.map((line) => ({
        number: line.number,
        quantity: line.quantity.toFixed(),
        amount: line.amount.toFixed(),
      })),
    })),
    answer,
  );
  book.remember(item, answer);
  return { state: 'RECORDED', answer, points: taken.reduce((sum, { points }) => sum + points, 0) };
}

/** Takes a part out of its purchase: the points are what the kept rest gives under its own rule version, less what was given. */
function takePart(request: RoomRequest, book: Book, item: ReturnItem, part: Part) {
  const purchase = book.named({ id: part.purchaseId }, item.location.partnerId)!;
  const programme = book.programmeOf(purchase);
  const { memberId } = purchase;
  const keptBefore = purchase.total.minus(purchase.returned);
  const kept = keptBefore.minus(part.amount);
  const before = worth(purchase, programme, keptBefore);
  const after = worth(purchase, programme, kept);
  const points = after.points - purchase.points;
  book.takeBack(part.purchaseId, part, after.points);
  if (memberId !== null && purchase.earns) {
    book.standings.spend(
      memberId,
      after.base.minus(before.base),
      item.input.occurredAt,
      part.purchaseId,
      book.programme.tiers,
    );
  }
  if (memberId === null || points === 0) return { part, points, memberId, undo: null };
  const undo = {
    op: 'reverse' as const,
    undoes: purchase.id,
    member: memberId,
    currency: purchase.pointsCurrency,
    amount: -points,
    effective_at: item.input.occurredAt,
    rule_version: String(purchase.ruleVersion),
    explanation: explainReturn(
      programme.earning,
      purchase.ruleVersion,
      after.base,
      programme.baseCurrency,
      purchase.points,
    ),
    ...actorOf(request.viewer),
  };
  return { part, points, memberId, undo };
}
