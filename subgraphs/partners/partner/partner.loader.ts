import DataLoader from 'dataloader';
import { Any, MoreThan, type DataSource } from 'typeorm';
import { connection, type Connection, type PageArguments } from '../../shared/page.ts';
import { PartnerRow } from './partner.entity.ts';

export function partnersById(source: DataSource) {
  return new DataLoader<string, PartnerRow | null>(async (ids) => {
    const rows = await source.getRepository(PartnerRow).findBy({ id: Any([...ids]) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** By code. `only` limits the list to these partners; null: all. */
export async function partnerPage(
  source: DataSource,
  page: PageArguments,
  only: string[] | null,
): Promise<Connection<PartnerRow>> {
  const rows = await source.getRepository(PartnerRow).find({
    where: {
      ...(page.after === null ? {} : { code: MoreThan(page.after[0]!) }),
      ...(only === null ? {} : { id: Any(only) }),
    },
    order: { code: 'asc' },
    take: page.first + 1,
  });
  return connection(rows, page, (row) => [row.code]);
}
