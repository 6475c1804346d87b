// What rules of other rooms ask of members; one statement for any number of them.
import type { Sql } from '../../shared/database.ts';

export interface MemberFactsRow {
  /** UUID. */
  id: string;
  birthday: string | null;
  enrolledOn: string;
}

/** By id; a member that there is not is absent. */
export async function factsByMemberId(
  sql: Sql,
  memberIds: string[],
  timeZone: string,
): Promise<Map<string, MemberFactsRow>> {
  const rows = await sql.query<MemberFactsRow[]>(
    `select m.id, p.birthday, (m.enrolled_at at time zone $2)::date "enrolledOn"
     from member m left join profile p on p.member_id = m.id where m.id = any($1)`,
    [memberIds, timeZone],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
