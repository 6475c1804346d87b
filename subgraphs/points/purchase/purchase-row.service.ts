// A purchase and its lines as rows.
import type { PurchaseItem } from './item.service.ts';
import type { BookPurchase } from './recorded.service.ts';
import type { Row } from './write.service.ts';

export const purchaseRow = (purchase: BookPurchase, { input, location }: PurchaseItem, recordedAt: string): Row => ({
  id: purchase.id,
  member_id: purchase.memberId,
  partner_id: purchase.partnerId,
  channel_id: location.channelId,
  channel_code: location.channelCode,
  location_id: purchase.locationId,
  terminal: input.terminal ?? null,
  cashier: input.cashier ?? null,
  receipt_number: purchase.receiptNumber,
  business_date: purchase.businessDate,
  occurred_at: purchase.occurredAt,
  recorded_at: recordedAt,
  currency_code: input.currencyCode,
  decimals: purchase.decimals,
  rate: purchase.rate,
  total: purchase.total.toFixed(),
  returned: '0',
  rule_version: purchase.ruleVersion,
  earns: purchase.earns,
  review: purchase.review,
  facts: purchase.pinned,
  given: purchase.given,
  lots: purchase.lots,
  input_hash: `\\x${purchase.hash}`,
});

export const lineRows = ({ id, memberId, partnerId, occurredAt }: BookPurchase, { sale }: PurchaseItem): Row[] =>
  sale.lines.map((line) => ({
    purchase_id: id,
    member_id: memberId,
    partner_id: partnerId,
    occurred_at: occurredAt,
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
  }));
