import type { Instant, Sql } from '../../shared/database.ts';
import { historyByMemberId } from '../history.loader.ts';
import type { Status } from '../member/member.entity.ts';

export interface StatusChangeRow {
  position: number;
  memberId: string;
  status: Status;
  earningBlocked: boolean;
  spendingBlocked: boolean;
  reason: string;
  changedBy: string;
  changedAt: Instant;
}

export const statusHistoryByMemberId = (sql: Sql) =>
  historyByMemberId<StatusChangeRow>(
    sql,
    'status_change',
    `position, member_id "memberId", status, earning_blocked "earningBlocked", spending_blocked "spendingBlocked",
     reason, changed_by "changedBy", changed_at "changedAt"`,
  );
