// The three steps of a hold, asked by rewards under the id of its redemption.
import type { EventOf } from '../../../schema/events.ts';
import { crashPoint } from '../../shared/crash.ts';
import type { Sql, Transaction } from '../../shared/database.ts';
import { encodeId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { membersById } from '../purchase/lookup.service.ts';
import { actorOf, post, postOne, type HoldState } from './ledger.service.ts';
import { checkCurrency, memberOf, positive, refuse, type AmountInput } from './wallet.service.ts';

export interface HoldAnswer {
  holdId: string | null;
  state: HoldState | null;
  member: string | null;
}

async function isHold(sql: Sql, askerId: string): Promise<boolean> {
  return (await sql.query<unknown[]>('select 1 from hold where asker_id = $1', [askerId])).length > 0;
}

/** Sets points aside under the asker's id, which is the key: asked again, it answers how the hold stands now. */
export async function hold(
  request: RoomRequest,
  askerId: string,
  input: AmountInput & { forPurchase: boolean },
): Promise<HoldAnswer> {
  positive(input.amount);
  await checkCurrency(request, input.currency);
  const member = await memberOf(request, input.memberId);
  const { source } = request.space;
  const copy = (await membersById(source, [member])).get(member)!;
  const blocked = copy.status !== 'ACTIVE' || copy.spendingBlocked;
  if (blocked && !(await isHold(source, askerId))) {
    throw refuse('SPENDING_BLOCKED', 'This member may not spend points now.', 'memberId');
  }
  const { currency, amount } = input;
  const posted = await source.transaction((tx) =>
    postOne(tx, {
      op: 'hold',
      asker: askerId,
      member,
      currency,
      amount,
      for_purchase: input.forPurchase,
      ...actorOf(request.viewer),
    }),
  );
  crashPoint('hold-committed');
  return { holdId: posted.holdId, state: posted.holdState, member };
}

/** Ends a hold, or answers how it ended before. A release of an unknown one is remembered and refuses it later. */
export async function endHold(
  request: RoomRequest,
  op: 'capture' | 'release',
  askerId: string,
  amount: number | null,
): Promise<HoldAnswer> {
  if (amount !== null) positive(amount);
  const ended = await request.space.source.transaction<HoldAnswer>(async (tx) => {
    if (op === 'release') {
      // Waits for a hold that is under way under this id, and then finds it.
      await tx.query(
        `insert into hold (id, asker_id, amount, state) values (uuidv7(), $1, 0, 'RELEASED')
         on conflict (asker_id) do nothing`,
        [askerId],
      );
    }
    const [known] = await tx.query<{ id: string; member: string | null; currency: string | null }[]>(
      'select id, member_id "member", currency from hold where asker_id = $1',
      [askerId],
    );
    if (known === undefined || (op === 'capture' && known.member === null)) {
      throw new Refused('HOLD_NOT_OPEN', 'No hold is open under this id.');
    }
    const { id, member, currency } = known;
    if (member === null || currency === null) return { holdId: id, state: 'RELEASED', member: null };
    const [posted] = await post(tx, [{ op, asker: askerId, member, currency, amount, ...actorOf(request.viewer) }]);
    if (posted!.refusal !== null) throw new Refused(posted!.refusal, 'The amount is more than what is still held.');
    return { holdId: posted!.holdId, state: posted!.holdState, member };
  });
  crashPoint(`${op}-committed`);
  return ended;
}

/** What redemptions for good hold is spent; one that has ended before stays as it ended. */
export async function captureConfirmed(tx: Transaction, events: EventOf<'redemption.confirmed'>[]): Promise<void> {
  const askers = events.map((event) => encodeId('rdm', event.payload.redemptionId));
  const holds = await tx.query<{ asker: string; member: string; currency: string }[]>(
    `select asker_id asker, member_id "member", currency from hold
     where asker_id = any($1) and state = 'HELD' order by member_id, currency`,
    [askers],
  );
  await post(
    tx,
    holds.map((held) => ({ op: 'capture' as const, ...held, actor_kind: 'SYSTEM' as const, actor_id: 'rewards' })),
  );
}

export const holdIdOf = (id: string | null): string | null => (id === null ? null : encodeId('hld', id));
