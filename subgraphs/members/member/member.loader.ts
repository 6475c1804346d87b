// Reads of members. `visibleMemberById` is the only one that answers clients: null also for whom the viewer may not see.
import DataLoader from 'dataloader';
import { In, LessThan, type DataSource } from 'typeorm';
import type { PageArguments } from '../../shared/page.ts';
import { Refused } from '../../shared/refusal.ts';
import { decodeId } from '../../shared/id.ts';
import { MemberRow } from './member.entity.ts';
import type { Sight } from './sight.rules.ts';

export function visibleMemberById(source: DataSource, sight: DataLoader<string, Sight>) {
  return new DataLoader<string, MemberRow | null>(async (ids) => {
    const seen = await sight.loadMany(ids);
    const open = ids.filter((_, index) => seen[index] !== 'nothing');
    const rows = open.length === 0 ? [] : await source.getRepository(MemberRow).findBy({ id: In(open) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** Which of these members there are, whoever asks. */
export async function membersThereAre(source: DataSource, ids: string[]): Promise<Set<string>> {
  const rows = await source.getRepository(MemberRow).find({ select: { id: true }, where: { id: In(ids) } });
  return new Set(rows.map((row) => row.id));
}

function afterId({ after }: PageArguments): string | null {
  if (after === null) return null;
  const id = decodeId('mbr', after[0] ?? '');
  if (id === null)
    throw new Refused('CURSOR_INVALID', '`after` is no cursor of this list: send an endCursor that it gave.');
  return id;
}

/** One row more than the page, newest first. */
export async function newestMembers(source: DataSource, page: PageArguments): Promise<MemberRow[]> {
  const after = afterId(page);
  return source.getRepository(MemberRow).find({
    where: after === null ? {} : { id: LessThan(after) },
    order: { id: 'DESC' },
    take: page.first + 1,
  });
}

/** One row more than the page: members who share their data with the partner now, newest first. */
export async function newestSharingMembers(
  source: DataSource,
  partnerId: string,
  page: PageArguments,
): Promise<MemberRow[]> {
  const found = await source.query<{ member_id: string }[]>(
    `select member_id from (
       select distinct on (member_id) member_id, granted from consent_decision
       where partner_id = $1 and purpose = 'PARTNER_SHARING' and ($2::uuid is null or member_id < $2)
       order by member_id desc, position desc
     ) latest where granted limit $3`,
    [partnerId, afterId(page), page.first + 1],
  );
  return source.getRepository(MemberRow).find({
    where: { id: In(found.map((row) => row.member_id)) },
    order: { id: 'DESC' },
  });
}
