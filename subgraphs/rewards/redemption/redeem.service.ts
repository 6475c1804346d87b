// What clients do with redemptions: take one at once or in two steps, capture, release, refund. Stock is reserved and the
// redemption written down before points is asked; every write is once per key.
import { crashPoint } from '../../shared/crash.ts';
import type { Transaction } from '../../shared/database.ts';
import { decodeId, encodeId, newId } from '../../shared/id.ts';
import { forget, once, type Request } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import { requireKey } from '../../shared/viewer.ts';
import type { RewardsContext } from '../context.ts';
import { handlesRedemption } from '../sight.rules.ts';
import { factsOf, knownMember } from '../sight.service.ts';
import { orderReward, refuse, wanted, type Order } from './order.service.ts';
import { holdPoints, Unanswered, type HoldAnswer, type WalletAnswer } from './points.service.ts';
import { isTtl, TTL_MAX_SECONDS, TTL_MIN_SECONDS } from './redemption.rules.ts';
import type { SagaEvent } from './redemption.saga.ts';
import { stepNow, trySettle } from './settle.service.ts';
import { insertRedemption, step } from './step.service.ts';

export interface Taken {
  redemptionId: string;
  memberId: string;
  /** As points answered in this request; null when it did not. */
  wallets: WalletAnswer[] | null;
  replayed: boolean;
}

interface Keyed {
  idempotencyKey?: string | null;
}

const named = ({ viewer }: RewardsContext, mutation: string, input: Keyed): Request => ({
  owner: viewer.owner,
  mutation,
  key: requireKey(input.idempotencyKey),
  input,
});

async function memberOf(context: RewardsContext, id: string): Promise<string> {
  const memberId = await knownMember(id, context);
  if (memberId !== null) return memberId;
  throw refuse('MEMBER_UNKNOWN', 'There is no such member, or it is not known to you.', 'memberId');
}

/** Steps 1 to 3 of the saga, and the capture. What points refuse leaves the key free. */
async function take(
  context: RewardsContext,
  request: Request,
  memberId: string,
  ttlSeconds: number | null,
  order: (tx: Transaction) => Promise<Order>,
): Promise<Taken> {
  const { source } = context.space;
  const { answer, replayed } = await once<{ id: string } & Order>(source, request, async (tx) => {
    const id = newId();
    const ordered = await order(tx);
    const takenBy = context.viewer.partnerId ?? null;
    await insertRedemption(tx, { id, memberId, takenBy, ttlSeconds, ...ordered });
    return { id, ...ordered };
  });
  const { id, currency, points } = answer;
  if (replayed) return { redemptionId: id, memberId, replayed, wallets: await walletsAgain(context, id) };
  crashPoint('redemption-reserved');
  let hold: HoldAnswer;
  try {
    hold = await holdPoints(context, {
      idempotencyKey: encodeId('rdm', id),
      memberId: encodeId('mbr', memberId),
      currency,
      amount: points,
      forPurchase: ttlSeconds !== null,
      partnerId: context.viewer.partnerId === undefined ? null : encodeId('ptn', context.viewer.partnerId),
    });
  } catch (error) {
    if (error instanceof Unanswered) return { redemptionId: id, memberId, replayed, wallets: null };
    throw error;
  }
  const wallets = await proceed(context, request, id, hold, ttlSeconds === null ? 'heldForGood' : 'held');
  return { redemptionId: id, memberId, replayed, wallets };
}

/** Goes on by points' answer to the hold. */
async function proceed(
  context: RewardsContext,
  request: Request,
  id: string,
  hold: HoldAnswer,
  held: SagaEvent,
): Promise<WalletAnswer[] | null> {
  crashPoint('hold-answered');
  const refusal = hold.userErrors[0];
  // The clock was faster and has had it released: that decides.
  if (hold.state === 'RELEASED' || refusal?.code === 'HOLD_NOT_OPEN') return null;
  if (refusal !== undefined) {
    await context.space.source.transaction(async (tx) => {
      await step(tx, id, 'refused');
      await forget(tx, request);
    });
    throw new Refused(refusal.code, refusal.message, { retryable: refusal.retryable });
  }
  const { ask } = await stepNow(context, id, hold.state === 'CAPTURED' ? 'captured' : held);
  crashPoint('redemption-confirmed');
  return (await trySettle(context, id, ask)).wallets ?? hold.wallets;
}

/** The balances once more, for an answer that was given before: points are captured already, or are by this. */
async function walletsAgain(context: RewardsContext, id: string): Promise<WalletAnswer[] | null> {
  const row = await context.loaders.redemptionsById.load(id);
  return row?.state === 'CONFIRMED' ? (await trySettle(context, id, 'capture')).wallets : null;
}

export type RedeemInput = Keyed & { memberId: string; rewardId: string; quantity: number };

export async function redeemReward(context: RewardsContext, input: RedeemInput): Promise<Taken> {
  const request = named(context, 'rewardRedeem', input);
  const memberId = await memberOf(context, input.memberId);
  const want = await wanted(context, input.rewardId, memberId);
  return take(context, request, memberId, null, (tx) => orderReward(tx, context, want, input.quantity));
}

export type HoldInput = Keyed & {
  memberId: string;
  rewardId?: string | null;
  points?: { currency: string; amount: number } | null;
  ttlSeconds: number;
};

export async function holdRedemption(context: RewardsContext, input: HoldInput): Promise<Taken> {
  const request = named(context, 'redemptionHold', input);
  const memberId = await memberOf(context, input.memberId);
  const { rewardId = null, points = null, ttlSeconds } = input;
  if ((rewardId === null) === (points === null)) {
    throw refuse('REDEMPTION_INVALID', 'Give exactly one of rewardId and points.', 'rewardId');
  }
  if (!isTtl(ttlSeconds)) {
    throw refuse('TTL_INVALID', `A hold lasts ${TTL_MIN_SECONDS} to ${TTL_MAX_SECONDS} seconds.`, 'ttlSeconds');
  }
  const want = rewardId === null ? null : await wanted(context, rewardId, memberId);
  return take(context, request, memberId, ttlSeconds, async (tx) => {
    if (want !== null) return orderReward(tx, context, want, 1);
    const { currency, amount } = points!;
    if (amount < 1) throw refuse('AMOUNT_INVALID', 'An amount is above 0.', 'points', 'amount');
    const known = await tx.query<unknown[]>(`select 1 from points_code where kind = 'CURRENCY' and code = $1`, [
      currency,
    ]);
    if (known.length > 0) return { rewardId: null, quantity: 1, currency, points: amount, reserved: 0 };
    throw refuse('CURRENCY_UNKNOWN', 'The programme has no such points currency.', 'points', 'currency');
  });
}

export type ChangeInput = Keyed & { redemptionId: string };

async function handled(context: RewardsContext, input: ChangeInput): Promise<{ id: string; memberId: string }> {
  const id = decodeId('rdm', input.redemptionId);
  const row = id === null ? null : await context.loaders.redemptionsById.load(id);
  if (row !== null && handlesRedemption(context.viewer, await factsOf(row, context))) return row;
  throw refuse('REDEMPTION_UNKNOWN', 'There is no such redemption, or it is not yours.', 'redemptionId');
}

/** One step that a client asks for, and what points must do about it. */
async function change(
  context: RewardsContext,
  mutation: string,
  input: ChangeInput,
  work: (tx: Transaction, id: string) => Promise<{ ask: 'capture' | 'release' | 'reverse' | null }>,
) {
  const request = named(context, mutation, input);
  const { id, memberId } = await handled(context, input);
  const { answer, replayed } = await once(context.space.source, request, async (tx) => ({
    ask: (await work(tx, id)).ask,
  }));
  if (!replayed) context.told();
  const settled = replayed ? null : await trySettle(context, id, answer.ask);
  return { request, settled, taken: { redemptionId: id, memberId, wallets: settled?.wallets ?? null, replayed } };
}

export async function captureRedemption(context: RewardsContext, input: ChangeInput): Promise<Taken> {
  const { taken } = await change(context, 'redemptionCapture', input, async (tx, id) => {
    const stepped = await step(tx, id, 'captureAsked');
    if (stepped.ranOut) throw refuse('REDEMPTION_NOT_HELD', 'The hold has run out.', 'redemptionId');
    return stepped;
  });
  return taken;
}

export async function releaseRedemption(context: RewardsContext, input: ChangeInput): Promise<Taken> {
  return (await change(context, 'redemptionRelease', input, (tx, id) => step(tx, id, 'releaseAsked'))).taken;
}

export async function refundRedemption(context: RewardsContext, input: ChangeInput): Promise<Taken> {
  const { request, settled, taken } = await change(context, 'redemptionRefund', input, async (tx, id) => {
    const stepped = await step(tx, id, 'refundAsked');
    const [row] = await tx.query<{ refundable: boolean }[]>(
      `select not d.by_purchase and coalesce((r.document ->> 'refundable')::boolean, false) refundable
       from redemption d left join reward r on r.id = d.reward_id where d.id = $1`,
      [id],
    );
    if (row!.refundable) return stepped;
    throw refuse('REDEMPTION_NOT_REFUNDABLE', 'This redemption cannot be given back.', 'redemptionId');
  });
  if (settled?.event !== 'reversalRefused') return taken;
  await context.space.source.transaction((tx) => forget(tx, request));
  throw refuse('REDEMPTION_NOT_REFUNDABLE', 'The points of this redemption cannot be given back.', 'redemptionId');
}
