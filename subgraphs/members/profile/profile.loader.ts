import DataLoader from 'dataloader';
import { In, type DataSource } from 'typeorm';
import { ProfileRow } from './profile.entity.ts';

export function profileByMemberId(source: DataSource) {
  return new DataLoader<string, ProfileRow | null>(async (memberIds) => {
    const rows = await source.getRepository(ProfileRow).findBy({ memberId: In([...memberIds]) });
    const byMember = new Map(rows.map((row) => [row.memberId, row]));
    return memberIds.map((memberId) => byMember.get(memberId) ?? null);
  });
}
