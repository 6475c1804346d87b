import DataLoader from 'dataloader';
import { In, type DataSource } from 'typeorm';
import { IdentifierRow } from './identifier.entity.ts';

/** Oldest first. The subject of a token is how a member signs in, not how it is looked up: it is left out. */
export function identifiersByMemberId(source: DataSource) {
  return new DataLoader<string, IdentifierRow[]>(async (memberIds) => {
    const rows = await source.getRepository(IdentifierRow).find({
      where: { memberId: In([...memberIds]), kind: In(['CARD', 'EMAIL', 'PHONE', 'EXTERNAL']) },
      order: { addedAt: 'ASC', id: 'ASC' },
    });
    const byMember = Map.groupBy(rows, (row) => row.memberId);
    return memberIds.map((memberId) => byMember.get(memberId) ?? []);
  });
}
