// Receipts: reading them, and recording purchases and returns.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { audience, EVERYONE, scope } from '../../shared/audience.ts';
import { decodeId, encodeId, newId } from '../../shared/id.ts';
import { answer, Refused, userError } from '../../shared/refusal.ts';
import { Money } from '../../shared/prelude.type.ts';
import { Day } from '../../shared/scalars.ts';
import { hasScope, requireKey } from '../../shared/viewer.ts';
import { Big } from 'big.js';
import type { PointsContext } from '../context.ts';
import { Channel, Partner } from '../foreign.type.ts';
import { LedgerEntry } from '../ledger/entry.type.ts';
import { Member } from '../member.type.ts';
import { confirm, storedEntries } from './confirm.service.ts';
import { locationsByCode } from './lookup.service.ts';
import type { PurchaseRow } from './purchase.entity.ts';
import {
  PurchaseConfirmInput,
  PurchaseRecordBatchInput,
  PurchaseRecordInput,
  PurchaseReturnInput,
} from './purchase.input.type.ts';
import { purchaseByReceipt } from './purchase.loader.ts';
import { PurchaseRecordBatchPayload, PurchaseRecordPayload, PurchaseReturnPayload } from './purchase.payload.type.ts';
import { recordBatch } from './batch.service.ts';
import type { Outcome } from './outcome.rules.ts';
import { Purchase, PurchaseLine } from './purchase.type.ts';

const IDEMPOTENCY = 'IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS';
const RECEIPT =
  'RECEIPT_CONFLICT, LOCATION_UNKNOWN, MEMBER_UNKNOWN, TEXT_INVALID, LINES_INVALID, QUANTITY_INVALID, OCCURRED_IN_FUTURE';
const PURCHASE =
  'REDEMPTION_NOT_HELD, VOUCHER_NOT_USABLE, MEMBER_NOT_ACTIVE, CURRENCY_UNKNOWN, PRICE_INVALID, DISCOUNT_INVALID, AMOUNT_INVALID, TOTAL_MISMATCH';
const RETURN = 'RETURN_INVALID, RETURN_UNMATCHED, RETURN_EXCEEDS_PURCHASE, PURCHASE_UNKNOWN, AMOUNT_INVALID';

const BATCH_MAX = 1_000;

/** Whether a viewer may see a purchase: the member its own, a till or a partner those at its partner. */
function sees(context: PointsContext, purchase: PurchaseRow | null): PurchaseRow | null {
  const { viewer } = context;
  if (purchase === null) return null;
  if (viewer.kind === 'member') return purchase.memberId === viewer.memberId ? purchase : null;
  if (!hasScope(viewer, 'purchases:read')) return null;
  if (viewer.kind === 'operator') return purchase;
  return purchase.partnerId === viewer.partnerId ? purchase : null;
}

export async function purchaseOf(id: string, context: PointsContext): Promise<PurchaseRow | null> {
  const uuid = decodeId('pur', id);
  return uuid === null ? null : sees(context, await context.loaders.purchasesById.load(uuid));
}

/** An outcome with everything that payloads show of it. */
async function shown(outcome: Outcome, { loaders }: PointsContext) {
  if (outcome.state === 'REFUSED') {
    const lines = outcome.lines.map((line) => ({ ...line, purchase: null }));
    return {
      purchase: null,
      purchases: [],
      lines,
      entries: [],
      member: null,
      userErrors: [userError(outcome.refusal)],
    };
  }
  const { answer: told } = outcome;
  const origins = [
    ...(told.purchaseId === null
      ? told.parts.flatMap((part) => [part.id, ...part.restores])
      : [told.purchaseId, ...told.holds]),
    ...told.steps,
  ];
  const [purchase, purchases, lines, entries] = await Promise.all([
    told.purchaseId === null ? null : loaders.purchasesById.load(told.purchaseId),
    loaders.purchasesById.loadMany(told.parts.map((part) => part.purchaseId)),
    Promise.all(
      told.lines.map(async (line) => ({
        ...line,
        purchase: line.purchaseId === null ? null : await loaders.purchasesById.load(line.purchaseId),
      })),
    ),
    loaders.entriesByOrigin.loadMany(origins),
  ]);
  const member = told.memberId === null ? null : { id: told.memberId };
  return { purchase, purchases, lines, entries: entries.flat(), member, userErrors: [] };
}

@Resolver(() => Purchase)
export class PurchaseResolver {
  @Extensions(audience(...EVERYONE))
  @Query(() => Purchase, { nullable: true, description: 'One purchase; null when there is none or it is not for you.' })
  purchase(@Arg('id', () => ID, { description: '`pur_…`' }) id: string, @Ctx() context: PointsContext) {
    return purchaseOf(id, context);
  }

  @Extensions(audience(...EVERYONE))
  @Query(() => Purchase, {
    nullable: true,
    description: 'One purchase by its receipt, for a return; the latest of that number when the day is left out.',
  })
  async purchaseByReceipt(
    @Arg('location', () => String, { description: 'Code of the location.' }) location: string,
    @Arg('receiptNumber', () => String, { description: 'The till’s number.' }) receiptNumber: string,
    @Arg('businessDate', () => Day, { nullable: true, description: 'Day of the till.' })
    businessDate: string | null | undefined,
    @Ctx() context: PointsContext,
  ) {
    const locationId = (await locationsByCode(context, [location])).get(location)?.locationId;
    if (locationId === undefined) return null;
    return sees(
      context,
      await purchaseByReceipt(context.space.source, locationId, receiptNumber, businessDate ?? null),
    );
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('till', 'partner', 'operator'))
  @Extensions(scope('purchases:write'))
  @Mutation(() => PurchaseRecordPayload, {
    description: `Records a receipt and posts its points in one transaction: the answer carries them. Sent again it gives its first answer. Scope \`purchases:write\`. Codes: ${IDEMPOTENCY}, ${RECEIPT}, ${PURCHASE}.`,
  })
  async purchaseRecord(
    @Arg('input', () => PurchaseRecordInput, { description: 'The receipt.' }) input: PurchaseRecordInput,
    @Ctx() context: PointsContext,
  ) {
    const [outcome] = await recordBatch(context, [{ purchase: input }]);
    return { replayed: outcome!.state === 'REPLAYED', ...(await shown(outcome!, context)) };
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('till', 'partner', 'operator'))
  @Extensions(scope('purchases:write'))
  @Mutation(() => PurchaseReturnPayload, {
    description: `Takes goods back: afterwards the member keeps exactly what the rules of the purchase give for what was kept. Lines are accepted or refused one by one; when none is accepted, the return is refused. Scope \`purchases:write\`. Codes: ${IDEMPOTENCY}, ${RECEIPT}, ${RETURN}.`,
  })
  async purchaseReturn(
    @Arg('input', () => PurchaseReturnInput, { description: 'The return.' }) input: PurchaseReturnInput,
    @Ctx() context: PointsContext,
  ) {
    const [outcome] = await recordBatch(context, [{ return: input }]);
    return { replayed: outcome!.state === 'REPLAYED', ...(await shown(outcome!, context)) };
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('till', 'partner', 'operator'))
  @Extensions(scope('purchases:write'))
  @Mutation(() => PurchaseRecordPayload, {
    description: `Confirms a purchase whose points wait for it, where the programme has them wait: they can be used and begin to expire. Not confirmed in time, they are cancelled. Scope \`purchases:write\`. Codes: ${IDEMPOTENCY}, PURCHASE_UNKNOWN, ENTRY_NOT_PENDING.`,
  })
  purchaseConfirm(
    @Arg('input', () => PurchaseConfirmInput, { description: 'Which purchase.' }) input: PurchaseConfirmInput,
    @Ctx() context: PointsContext,
  ) {
    const { viewer, loaders } = context;
    const nothing = { purchase: null as PurchaseRow | null, entries: [] as object[], member: null as object | null };
    return answer({ ...nothing, replayed: false }, async () => {
      const key = requireKey(input.idempotencyKey);
      const purchase = await loaders.purchasesById.load(decodeId('pur', input.purchaseId) ?? newId());
      if (purchase === null || (viewer.kind !== 'operator' && purchase.partnerId !== viewer.partnerId)) {
        throw new Refused('PURCHASE_UNKNOWN', 'There is no such purchase, or it is not yours.', {
          field: ['purchaseId'],
        });
      }
      const { answer: confirmed, replayed } = await confirm(context, key, purchase);
      const entries = await Promise.all(
        storedEntries(confirmed).map(async (id) => (await loaders.entriesById.load(id))!),
      );
      return { purchase, entries, member: { id: purchase.memberId! }, replayed };
    });
  }

  @Directive('@cost(weight: 500)')
  @Extensions(audience('till', 'partner', 'operator'))
  @Extensions(scope('purchases:write'))
  @Mutation(() => PurchaseRecordBatchPayload, {
    description: `Up to 1 000 purchases and returns, taken in order, each with its own answer; safe to send again in whole or in part. Keys share their scope with purchaseRecord and purchaseReturn. Scope \`purchases:write\`. Codes: BATCH_INVALID; in a result ITEM_INVALID, ${IDEMPOTENCY}, ${RECEIPT}, ${PURCHASE}, ${RETURN}.`,
  })
  async purchaseRecordBatch(
    @Arg('input', () => PurchaseRecordBatchInput, { description: 'The items.' }) input: PurchaseRecordBatchInput,
    @Ctx() context: PointsContext,
  ) {
    const { items } = input;
    const summary = { recorded: 0, replayed: 0, refused: 0, points: 0 };
    if (items.length === 0 || items.length > BATCH_MAX) {
      const refusal = new Refused('BATCH_INVALID', `A batch has 1 to ${BATCH_MAX} items.`, { field: ['items'] });
      return { results: [], summary, userErrors: [userError(refusal)] };
    }
    const outcomes = await recordBatch(context, items);
    for (const outcome of outcomes) {
      summary[outcome.state.toLowerCase() as 'recorded' | 'replayed' | 'refused'] += 1;
      if (outcome.state !== 'REFUSED') summary.points += outcome.points;
    }
    const results = await Promise.all(
      outcomes.map(async (outcome, index) => ({ index, state: outcome.state, ...(await shown(outcome, context)) })),
    );
    return { results, summary, userErrors: [] };
  }

  @FieldResolver(() => ID)
  id(@Root() purchase: PurchaseRow): string {
    return encodeId('pur', purchase.id);
  }

  @FieldResolver(() => Money)
  total(@Root() { total, decimals, currencyCode }: PurchaseRow): Money {
    return { amount: Big(total).toFixed(decimals), currencyCode };
  }

  @FieldResolver(() => Money)
  returned(@Root() { returned, decimals, currencyCode }: PurchaseRow): Money {
    return { amount: Big(returned).toFixed(decimals), currencyCode };
  }

  @Directive('@listSize(assumedSize: 20)')
  @FieldResolver(() => [PurchaseLine])
  lines(@Root() purchase: PurchaseRow, @Ctx() { loaders }: PointsContext) {
    return loaders.linesByPurchaseId.load(purchase.id);
  }

  @Directive('@listSize(assumedSize: 5)')
  @FieldResolver(() => [LedgerEntry])
  async entries(@Root() purchase: PurchaseRow, @Ctx() { loaders }: PointsContext) {
    const causes = await loaders.causesByPurchaseId.load(purchase.id);
    return (await loaders.entriesByOrigin.loadMany([purchase.id, ...causes])).flat();
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who bought; null for an anonymous receipt.' })
  member(@Root() purchase: PurchaseRow) {
    return purchase.memberId === null ? null : { id: purchase.memberId };
  }

  @FieldResolver(() => Partner, { nullable: true })
  partner(@Root() purchase: PurchaseRow): Partner {
    return { id: encodeId('ptn', purchase.partnerId) };
  }

  @Directive('@provides(fields: "code")')
  @FieldResolver(() => Channel, { nullable: true })
  channel(@Root() purchase: PurchaseRow): Channel {
    return { id: encodeId('chn', purchase.channelId), code: purchase.channelCode };
  }
}
