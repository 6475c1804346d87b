// What a purchase would give: decided by the code that records it, in a transaction that may only read and a book that
// nobody closes. So a quote is what recording would answer at that moment, whatever leads to what.
import { Big } from 'big.js';
import { evaluate } from '../earning/evaluate.rules.ts';
import { ruleBookOf } from '../earning/book.rules.ts';
import { withAccounts } from '../earning/limit.service.ts';
import { occasionOf } from '../earning/occasion.rules.ts';
import { encodeId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { moneyDecimals } from '../../shared/scalars.ts';
import type { Credit } from '../ledger/ledger.service.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { programmeOf } from '../programme/programme.service.ts';
import { checkMoment } from '../purchase/batch.service.ts';
import type { Book } from '../purchase/book.service.ts';
import { hashed, isItem, isSale, readItems, type PurchaseInput, type PurchaseItem } from '../purchase/item.service.ts';
import { openBook } from '../purchase/opening.service.ts';
import { withPersonal } from '../purchase/personal.service.ts';
import { count, type Counted } from '../purchase/sale.service.ts';
import type { Said } from '../words/explanation.rules.ts';
import { giveKind } from '../earning/give.rules.ts';
import { payable, type Discount, type Worth } from './payable.rules.ts';

export type QuoteInput = Omit<PurchaseInput, 'idempotencyKey' | 'receiptNumber' | 'businessDate'> & {
  ruleSetVersion?: string | null;
};

export interface Quote {
  programme: Programme;
  /** As clients name it. */
  version: string;
  memberId: string | null;
  /** The lots that would be made. */
  lots: {
    currency: string;
    amount: number;
    activatesAt: string | null;
    cancelsAt: string | null;
    expiresAt: string | null;
  }[];
  now: string;
  tierBefore: string | null;
  tierAfter: string | null;
  discounts: Discount[];
  payable: Big;
  currencyCode: string;
  steps: Said[];
}

/** The sale as tills record it, under a receipt that there is not. */
async function readQuote(request: RoomRequest, input: QuoteInput, draft: Programme | null): Promise<PurchaseItem> {
  const { ruleSetVersion: _, ...sale } = input;
  const purchase = {
    ...sale,
    idempotencyKey: 'quote',
    receiptNumber: '-',
    businessDate: input.occurredAt.slice(0, 10),
  };
  const [item] = await withPersonal(request, await readItems(request, [hashed({ purchase })]), draft);
  if (item !== undefined && isItem(item) && isSale(item)) return item;
  throw item;
}

/** A draft's rules, or those of a version; null: those in force. */
async function draftOf(request: RoomRequest, version: string | null | undefined): Promise<Programme | null> {
  if (version === null || version === undefined) return null;
  const found = await programmeOf(request.space.source, version);
  if (found !== null) return found;
  throw new Refused('PROGRAMME_UNKNOWN', `There is no version ${JSON.stringify(version)}.`, {
    field: ['ruleSetVersion'],
  });
}

/** As rewards tells it. */
interface Told {
  rewardCode: string | null;
  amount: string | null;
  currencyCode: string | null;
  percent: string | null;
  sku: string | null;
  refusal: { code: string; message: string } | null;
}

const WORTH = '{ rewardCode amount currencyCode percent sku refusal { code message } }';

async function worthsOf(
  request: RoomRequest,
  { input, location }: PurchaseItem,
): Promise<{ vouchers: Told[]; redemptions: Told[] }> {
  const [codes, ids] = [input.vouchers ?? [], input.redemptionIds ?? []];
  if (codes.length === 0 && ids.length === 0) return { vouchers: [], redemptions: [] };
  return request.ask(
    'rewards',
    `query ($codes: [String!]!, $ids: [ID!]!, $partnerId: ID!, $currencyCode: CurrencyCode) {
       vouchers: voucherWorths(codes: $codes, partnerId: $partnerId, currencyCode: $currencyCode) ${WORTH}
       redemptions: redemptionWorths(ids: $ids) ${WORTH}
     }`,
    { codes, ids, partnerId: encodeId('ptn', location.partnerId), currencyCode: input.currencyCode },
  );
}

function worthOf({ amount, currencyCode, percent, sku }: Told, of: string): Worth {
  if (amount !== null) return currencyCode === of ? { amount: Big(amount) } : null;
  if (percent !== null) return { percent };
  return sku === null ? null : { sku };
}

/** What held points are worth: so much as the programme says that one costs. */
function pointsWorth(programme: Programme, code: string, points: number, rate: string, decimals: number): Worth {
  const currency = programme.currencies.find((known) => known.code === code)!;
  if (currency.value === undefined) return null;
  const base = Big(points).div(Big(10).pow(currency.decimals)).times(currency.value);
  return { amount: base.div(rate).round(decimals, Big.roundDown) };
}

function basketOf(item: PurchaseItem, counted: Counted, told: { vouchers: Told[]; redemptions: Told[] }) {
  const { input, sale } = item;
  const { programme, purchase, evaluation, holds } = counted;
  told.vouchers.forEach(({ refusal }, index) => {
    if (refusal === null) return;
    throw new Refused('VOUCHER_NOT_USABLE', refusal.message, { field: ['vouchers', String(index)] });
  });
  const { member, rate } = purchase.pinned.facts;
  const level = programme.tiers.levels.find(({ code }) => code === member?.tier);
  const percent = level?.benefits.find(({ discountPercent }) => discountPercent !== undefined)?.discountPercent;
  const decimals = moneyDecimals(input.currencyCode);
  return payable({
    total: sale.total,
    decimals,
    lines: purchase.lines,
    cuts: evaluation.cuts,
    tier: percent === undefined ? null : { code: `${level!.code}-discount`, percent },
    vouchers: told.vouchers.map((one, index) => ({
      code: one.rewardCode ?? input.vouchers![index]!,
      worth: worthOf(one, input.currencyCode),
    })),
    points: told.redemptions.map((one, index) => {
      const { currency, amount } = holds[index]!;
      return one.rewardCode === null
        ? { code: currency!, worth: pointsWorth(programme, currency!, amount, rate, decimals) }
        : { code: one.rewardCode, worth: worthOf(one, input.currencyCode) };
    }),
  });
}

/** Why a member's purchase gives nothing, whatever the rules say. */
const nothing = ({ review }: Counted['purchase']): Said => ({
  rule: 'purchase',
  applied: false,
  reason: review === 'WAITING' ? 'late' : 'blocked',
});

/** The steps of all that the purchase gives, those of a reached level too; then the rules that gave nothing. */
function stepsOf(book: Book, { programme, purchase, evaluation }: Counted, currencyCode: string): Said[] {
  const given = [
    ...evaluation.grants,
    ...credits(book)
      .filter(({ origin }) => origin !== purchase.id)
      .map(({ currency, explanation }) => ({ currency, steps: explanation!.steps })),
  ];
  const { facts, rooms } = purchase.pinned;
  const { others } = evaluate(ruleBookOf(programme), occasionOf(facts, purchase), rooms, true);
  const rules = programme.earning.flatMap(({ rules: own }) => own);
  return [
    ...given.flatMap(({ currency, steps }) => steps.map((step) => ({ ...step, currency }))),
    ...evaluation.cuts.map(({ rule, amount }) => ({
      rule,
      kind: giveKind(rules.find(({ code }) => code === rule)!.give),
      applied: true,
      actual: `${amount.toFixed(purchase.decimals)} ${currencyCode}`,
    })),
    ...(purchase.memberId === null || purchase.earns ? others : [nothing(purchase)]),
  ];
}

const credits = (book: Book): Credit[] => book.postings.filter((posting) => posting.op === 'credit');

const lotsOf = (book: Book): Quote['lots'] =>
  credits(book).flatMap(({ currency, lots, ...single }) =>
    (lots ?? [single]).map(({ amount, activates_at, cancels_at, expires_at }) => ({
      currency,
      amount,
      activatesAt: activates_at ?? null,
      cancelsAt: cancels_at ?? null,
      expiresAt: expires_at,
    })),
  );

/** Throws `Refused` as recording would. */
export async function quote(request: RoomRequest, input: QuoteInput): Promise<Quote> {
  const draft = await draftOf(request, input.ruleSetVersion);
  const item = await readQuote(request, input, draft);
  const told = await worthsOf(request, item);
  return withAccounts((opened) =>
    request.space.source.transaction('REPEATABLE READ', async (tx) => {
      await tx.query('set transaction read only');
      const book = await openBook(tx, request.viewer.owner, [item], { lock: false, draft, opened });
      checkMoment(input.occurredAt, book.at.now);
      const { memberId } = item;
      const tierBefore = memberId === null ? null : book.at.standings.tierAt(memberId, book.at.now);
      const counted = count(request, book, item);
      book.at.limits.checkOpen();
      const { discounts, rest } = basketOf(item, counted, told);
      return {
        programme: counted.programme,
        version: input.ruleSetVersion ?? String(counted.programme.version),
        memberId,
        lots: lotsOf(book),
        now: book.at.now,
        tierBefore,
        tierAfter: counted.moves.at(-1)?.to ?? tierBefore,
        discounts,
        payable: rest,
        currencyCode: input.currencyCode,
        steps: stepsOf(book, counted, input.currencyCode),
      };
    }),
  );
}
