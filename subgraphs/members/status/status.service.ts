// The only writer of status and blocks: changes the member, remembers why and by whom, and tells other rooms.
import { decodeId } from '../../shared/id.ts';
import { once } from '../../shared/idempotency.ts';
import type { Transaction } from '../../shared/database.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import type { Viewer } from '../../shared/viewer.ts';
import { MemberRow, type Status } from '../member/member.entity.ts';
import { lockMember, tellMember } from '../member/member.service.ts';
import { readText } from '../text.rules.ts';
import { writeOf, type MemberWrite, type Written } from '../write.rules.ts';

const REASON_MAX = 500;

export interface StatusSet extends MemberWrite {
  status: Status;
  reason: string;
}

export interface BlocksSet extends MemberWrite {
  earningBlocked?: boolean | null;
  spendingBlocked?: boolean | null;
  reason: string;
}

type Standing = Pick<MemberRow, 'status' | 'earningBlocked' | 'spendingBlocked'>;

function requireReason(text: string): string {
  const reason = readText(text, REASON_MAX);
  if (reason !== null) return reason;
  throw new Refused('REASON_INVALID', `A reason is 1 to ${REASON_MAX} printable characters.`, { field: ['reason'] });
}

/** A change that changes nothing is neither remembered nor told. */
async function change(
  tx: Transaction,
  viewer: Viewer,
  memberId: string | null,
  to: Partial<Standing>,
  reason: string,
): Promise<{ memberId: string }> {
  const member = await lockMember(tx, viewer, memberId);
  const { id } = member;
  const standing: Standing = {
    status: to.status ?? member.status,
    earningBlocked: to.earningBlocked ?? member.earningBlocked,
    spendingBlocked: to.spendingBlocked ?? member.spendingBlocked,
  };
  const { status, earningBlocked, spendingBlocked } = standing;
  const same =
    status === member.status && earningBlocked === member.earningBlocked && spendingBlocked === member.spendingBlocked;
  if (same) return { memberId: id };
  const version = member.version + 1;
  await tx.getRepository(MemberRow).update(id, { ...standing, version });
  await tx.query(
    `insert into status_change (member_id, status, earning_blocked, spending_blocked, reason, changed_by)
     values ($1, $2, $3, $4, $5, $6)`,
    [id, status, earningBlocked, spendingBlocked, reason, viewer.owner],
  );
  await tellMember(tx, { id, version, ...standing });
  return { memberId: id };
}

export const statusService = ({ viewer, space }: RoomRequest) => ({
  async setStatus(input: StatusSet): Promise<Written> {
    const reason = requireReason(input.reason);
    return once(space.source, writeOf(viewer, 'memberStatusSet', input), (tx) =>
      change(tx, viewer, decodeId('mbr', input.memberId), { status: input.status }, reason),
    );
  },

  async setBlocks(input: BlocksSet): Promise<Written> {
    const reason = requireReason(input.reason);
    const blocks = {
      ...(input.earningBlocked == null ? {} : { earningBlocked: input.earningBlocked }),
      ...(input.spendingBlocked == null ? {} : { spendingBlocked: input.spendingBlocked }),
    };
    return once(space.source, writeOf(viewer, 'memberBlocksSet', input), (tx) =>
      change(tx, viewer, decodeId('mbr', input.memberId), blocks, reason),
    );
  },
});
