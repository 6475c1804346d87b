// Decides a purchase: what it gives under the programme in force, and for whom.
import { Big } from 'big.js';
import { decodeId, newId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { moneyDecimals } from '../../shared/scalars.ts';
import { explain } from '../earning/earning.rules.ts';
import { worth } from '../earning/worth.rules.ts';
import { dayOf } from '../ledger/calendar.rules.ts';
import { capped } from '../ledger/cap.rules.ts';
import { actorOf } from '../ledger/ledger.service.ts';
import { termsOf } from '../ledger/terms.rules.ts';
import type { BookPurchase } from './recorded.service.ts';
import type { Book } from './book.service.ts';
import type { PurchaseItem } from './item.service.ts';
import { rateOn } from './money.rules.ts';
import type { Answer, Outcome } from './outcome.rules.ts';

export function record(request: RoomRequest, book: Book, item: PurchaseItem): Outcome {
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
  if (item.attemptId !== null && book.condemned.has(item.attemptId)) {
    throw new Refused('VOUCHER_NOT_USABLE', 'The vouchers were given up meanwhile: send the purchase again.', {
      field: ['vouchers'],
      retryable: true,
    });
  }
  const holds = (input.redemptionIds ?? []).map((redemptionId, index, all) => {
    const first = all.indexOf(redemptionId) === index;
    const hold = first ? book.spending.held(redemptionId, memberId, location.partnerId) : null;
    if (hold !== null) return hold;
    throw new Refused('REDEMPTION_NOT_HELD', 'This redemption is not held for this member.', {
      field: ['redemptionIds', String(index)],
    });
  });
  const blank: BookPurchase = {
    id: item.attemptId ?? newId(),
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
    pointsMax: null,
    version: 1,
    hash: item.hash,
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
  const { base, points: wanted } = worth(blank, programme, sale.total);
  const currency = book.currency(blank.pointsCurrency);
  const before = memberId === null ? new Map() : book.caps.before(memberId, input.occurredAt);
  const { given: points, allowance: pointsMax, steps } = capped(wanted, currency.caps, before);
  const purchase = { ...blank, points, pointsMax };
  book.add(
    purchase,
    base.toFixed(),
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
      points_max: pointsMax,
      input_hash: `\\x${purchase.hash}`,
    },
    sale.lines.map((line) => ({
      purchase_id: purchase.id,
      member_id: memberId,
      partner_id: location.partnerId,
      occurred_at: input.occurredAt,
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
    holds.flatMap((hold) => decodeId('rdm', hold.askerId) ?? []),
  );
  for (const hold of holds) book.post(book.spending.capture(purchase.id, hold, actorOf(request.viewer)));
  if (memberId !== null && purchase.earns) {
    book.standings.spend(memberId, base, input.occurredAt, purchase.id, programme.tiers);
  }
  if (memberId !== null && points > 0) {
    const { earning, timeZone } = programme;
    const terms = termsOf(currency, 'EARN', input.occurredAt, timeZone, earning);
    const { ruleSetVersion, steps: rules } = explain(earning, programme.version, base, programme.baseCurrency);
    book.caps.count(memberId, currency.code, input.occurredAt, points);
    book.post({
      op: 'credit',
      kind: 'EARN',
      member: memberId,
      currency: currency.code,
      amount: points,
      origin: purchase.id,
      effective_at: input.occurredAt,
      earned_at: input.occurredAt,
      activates_at: terms.activatesAt,
      cancels_at: terms.cancelsAt,
      expires_at: terms.expiresAt,
      idle_until: terms.idleUntil,
      funder: location.partnerId,
      rule_version: String(programme.version),
      explanation: { ruleSetVersion, steps: [...rules, ...steps] },
      ...actorOf(request.viewer),
    });
  }
  const answer: Answer = {
    memberId,
    purchaseId: purchase.id,
    holds: holds.map((hold) => hold.id),
    parts: [],
    lines: [],
  };
  book.remember(item, answer);
  return { state: 'RECORDED', answer, points };
}
