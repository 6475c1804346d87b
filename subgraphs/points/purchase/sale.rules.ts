// A sale as rules see it: a purchase of which nothing has come back.
import { Big } from 'big.js';
import { moneyDecimals } from '../../shared/scalars.ts';
import { dayOf } from '../ledger/calendar.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { factsOf } from '../earning/occasion.rules.ts';
import { rateOn } from './money.rules.ts';
import type { Sale } from './receipt.rules.ts';
import type { StandingLine } from './return.rules.ts';

export function saleLines({ lines, total }: Sale, currencyCode: string) {
  return {
    decimals: moneyDecimals(currencyCode),
    total,
    returned: Big(0),
    lines: lines.map((line): StandingLine => ({
      number: line.number,
      sku: line.sku,
      category: line.category,
      brand: line.brand,
      unitPrice: Big(line.unitPrice),
      quantity: Big(line.quantity),
      discount: Big(line.discount),
      taxRate: line.taxRate,
      amount: line.amount,
      returnedQuantity: Big(0),
      returnedAmount: Big(0),
    })),
  };
}

interface SaleAt {
  input: { occurredAt: string; currencyCode: string; paymentMethods?: string[] | null };
  location: { code: string; partnerCode: string; channelCode: string };
}

/** What happened, as its rules see it but for the member; null: its money has no rate. */
export function factsOfSale({ input, location }: SaleAt, programme: Programme) {
  const { occurredAt, currencyCode: currency } = input;
  const { exchangeRates, baseCurrency, timeZone } = programme;
  const rate = rateOn(exchangeRates, baseCurrency, currency, dayOf(occurredAt, timeZone));
  if (rate === null) return null;
  return factsOf({
    occurredAt,
    timeZone,
    partner: location.partnerCode,
    channel: location.channelCode,
    location: location.code,
    currency,
    rate,
    payments: input.paymentMethods ?? [],
  });
}
