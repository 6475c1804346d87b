// Locks a member for a change, and tells other rooms what they need to know of it.
import type { Transaction } from '../../shared/database.ts';
import { tell } from '../../shared/outbox.ts';
import { Refused } from '../../shared/refusal.ts';
import type { Viewer } from '../../shared/viewer.ts';
import { MemberRow } from './member.entity.ts';
import { mayWrite } from './sight.rules.ts';
import { sights } from './sight.service.ts';

/** The member, locked; refuses one that this viewer may not change just like one that does not exist. */
export async function lockMember(tx: Transaction, viewer: Viewer, memberId: string | null): Promise<MemberRow> {
  const member =
    memberId === null
      ? null
      : await tx.getRepository(MemberRow).findOne({ where: { id: memberId }, lock: { mode: 'pessimistic_write' } });
  const [seen] = member === null ? [] : await sights(tx, viewer, [member.id]);
  if (member === null || seen === undefined || !mayWrite(seen)) {
    throw new Refused('MEMBER_UNKNOWN', 'There is no such member, or this credential may not change it.', {
      field: ['memberId'],
    });
  }
  return member;
}

/** Tells a member as it is now. Its row is locked, and its version was raised for this. */
export async function tellMember(
  tx: Transaction,
  { id, status, earningBlocked, spendingBlocked, version }: Omit<MemberRow, 'enrolledAt' | 'enrolledByPartnerId'>,
): Promise<void> {
  await tell(tx, 'member.changed', [
    { aggregate: id, sequence: version, payload: { memberId: id, status, earningBlocked, spendingBlocked } },
  ]);
}
