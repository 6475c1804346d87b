import DataLoader from 'dataloader';
import type { Instant, Sql } from '../../shared/database.ts';
import { historyByMemberId } from '../history.loader.ts';
import type { ConsentPurpose } from './consent.rules.ts';

/** One decision; the newest of a purpose and partner is the current state. */
export interface ConsentRow {
  position: number;
  memberId: string;
  purpose: ConsentPurpose;
  partnerId: string | null;
  granted: boolean;
  decidedAt: Instant;
  source: string;
  recordedBy: string;
  termsVersion: string | null;
}

const COLUMNS = `position, member_id "memberId", purpose, partner_id "partnerId", granted, decided_at "decidedAt",
  source, recorded_by "recordedBy", terms_version "termsVersion"`;

export const consentsByMemberId = (sql: Sql) =>
  new DataLoader<string, ConsentRow[]>(async (memberIds) => {
    const rows = await sql.query<ConsentRow[]>(
      `select distinct on (member_id, purpose, partner_id) ${COLUMNS} from consent_decision
       where member_id = any($1::uuid[]) order by member_id, purpose, partner_id, position desc`,
      [memberIds],
    );
    const byMember = Map.groupBy(rows, (row) => row.memberId);
    return memberIds.map((memberId) => byMember.get(memberId) ?? []);
  });

export const consentHistoryByMemberId = (sql: Sql) => historyByMemberId<ConsentRow>(sql, 'consent_decision', COLUMNS);
