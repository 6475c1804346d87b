import DataLoader from 'dataloader';
import type { Sql } from '../../shared/database.ts';

export interface PartnerRow {
  id: string;
  name: string | null;
}

/** A partner with its name as partners told it. */
export const partnersById = (sql: Sql) =>
  new DataLoader<string, PartnerRow>(async (ids) => {
    const rows = await sql.query<{ id: string; name: string }[]>(
      'select partner_id id, name from partner_copy where partner_id = any($1::uuid[])',
      [ids],
    );
    const names = new Map(rows.map(({ id, name }) => [id, name]));
    return ids.map((id) => ({ id, name: names.get(id) ?? null }));
  });
