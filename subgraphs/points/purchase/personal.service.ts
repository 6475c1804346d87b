// What the rules in force, or those of a draft, ask of the members of sales: fetched before any lock is taken.
import { needsOf, ruleBookOf } from '../earning/book.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { programmesAt } from '../programme/programme.service.ts';
import type { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { memberFactsOf } from '../earning/personal.service.ts';
import { isItem, isSale, type BatchItem } from './item.service.ts';

/** Asks for what rules ask of members: once for all, and only what some rule asks. */
export async function withPersonal(
  request: RoomRequest,
  items: (BatchItem | Refused)[],
  draft: Programme | null = null,
): Promise<(BatchItem | Refused)[]> {
  const members = items
    .filter(isItem)
    .filter(isSale)
    .flatMap(({ memberId, input }) => (memberId === null ? [] : [{ memberId, at: input.occurredAt }]));
  if (members.length === 0) return items;
  const instants = [...new Set(members.map(({ at }) => at))];
  const programmes = draft === null ? await programmesAt(request.space.source, instants) : [draft];
  const asked = programmes.map((programme) => needsOf(ruleBookOf(programme)));
  const found = await memberFactsOf(
    request,
    {
      birthday: asked.some(({ birthday }) => birthday.length > 0),
      anniversary: asked.some(({ anniversary }) => anniversary.length > 0),
      enrolment: programmes.some(({ tiers }) => tiers.window === 'anniversary'),
    },
    members.map(({ memberId }) => memberId),
  );
  return items.map((item) =>
    isItem(item) && isSale(item) && item.memberId !== null
      ? { ...item, personal: found.get(item.memberId) ?? null }
      : item,
  );
}
