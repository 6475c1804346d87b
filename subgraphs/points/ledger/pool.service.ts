// Spending that several members share: from their wallets in the order given, each up to a limit, all of it or nothing.
import { once } from '../../shared/idempotency.ts';
import { newId } from '../../shared/id.ts';
import { now } from '../../shared/clock.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { programmeInForce } from '../programme/programme.service.ts';
import { membersById } from '../purchase/lookup.service.ts';
import { idleUntil } from './expiry.rules.ts';
import { accepted, actorOf, post } from './ledger.service.ts';
import { poolShares } from './pool.rules.ts';
import { currencyOf, memberOf, positive, refuse } from './wallet.service.ts';

const PARTS = 50;

export interface SpendInput {
  currency: string;
  amount: number;
  reason: string;
  parts: { memberId: string; max: number | null }[];
}

/** One debit for each member that pays, in one transaction; asked again under its key, the same entries. */
export async function spendTogether(request: RoomRequest, key: string, input: SpendInput) {
  const { currency: code, amount, reason } = input;
  positive(amount);
  const members = await Promise.all(input.parts.map(({ memberId }) => memberOf(request, memberId, 'parts')));
  if (members.length === 0 || members.length > PARTS || new Set(members).size < members.length) {
    throw refuse('MEMBER_UNKNOWN', `1 to ${PARTS} members pay together, each once.`, 'parts');
  }
  const named = { owner: request.viewer.owner, mutation: 'pointsSpend', key, input };
  const { answer } = await once<{ entryIds: string[] }>(request.space.source, named, async (tx) => {
    const programme = await programmeInForce(tx);
    const { expiry } = currencyOf(programme, code);
    const copies = await membersById(tx, members);
    if ([...copies.values()].some(({ status, spendingBlocked }) => status !== 'ACTIVE' || spendingBlocked)) {
      throw refuse('SPENDING_BLOCKED', 'One of these members may not spend points now.', 'parts');
    }
    const wallets = await tx.query<{ member: string; available: number }[]>(
      'select member_id "member", available from ledger_lock($1, $2)',
      [members, members.map(() => code)],
    );
    const shares = poolShares(
      amount,
      members.map((member, index) => ({ member, max: input.parts[index]!.max })),
      new Map(wallets.map((wallet) => [wallet.member, wallet.available])),
    );
    if (shares === null) {
      throw new Refused('INSUFFICIENT_POINTS', 'Together they have less than asked for, or may spend less.');
    }
    const idle = idleUntil('SPEND', await now(tx), expiry, programme.timeZone);
    const origin = newId();
    const posted = await post(
      tx,
      shares.map((share) => ({
        op: 'debit',
        kind: 'SPEND',
        ...share,
        currency: code,
        origin,
        reason,
        idle_until: idle,
        ...actorOf(request.viewer),
      })),
    );
    return { entryIds: posted.map((each) => accepted(each).entryIds[0]!) };
  });
  return answer;
}
