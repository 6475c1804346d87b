// What the rules in force ask of the members of sales: fetched before any lock is taken.
import { needsOf, ruleBookOf } from '../earning/book.rules.ts';
import { programmesAt } from '../programme/programme.service.ts';
import type { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { memberFactsOf } from './facts.service.ts';
import { isItem, isSale, type BatchItem } from './item.service.ts';

/** Asks for what rules ask of members: once for all, and only what some rule asks. */
export async function withPersonal(
  request: RoomRequest,
  drafts: (BatchItem | Refused)[],
): Promise<(BatchItem | Refused)[]> {
  const members = drafts
    .filter(isItem)
    .filter(isSale)
    .flatMap(({ memberId, input }) => (memberId === null ? [] : [{ memberId, at: input.occurredAt }]));
  if (members.length === 0) return drafts;
  const programmes = await programmesAt(request.space.source, [...new Set(members.map(({ at }) => at))]);
  const asked = programmes.map((programme) => needsOf(ruleBookOf(programme)));
  const found = await memberFactsOf(
    request,
    {
      birthday: asked.some(({ birthday }) => birthday),
      anniversary: asked.some(({ anniversary }) => anniversary),
      enrolment: programmes.some(({ tiers }) => tiers.window === 'anniversary'),
    },
    members.map(({ memberId }) => memberId),
  );
  return drafts.map((draft) =>
    isItem(draft) && isSale(draft) && draft.memberId !== null
      ? { ...draft, personal: found.get(draft.memberId) ?? null }
      : draft,
  );
}
