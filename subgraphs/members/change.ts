// After a write: what was read before it is forgotten, and the member is read as this viewer may see it.
import { answer, type UserErrorRow } from '../shared/refusal.ts';
import type { MembersContext } from './context.ts';
import type { MemberRow } from './member/member.entity.ts';
import type { Written } from './write.ts';

export interface Changed {
  member: MemberRow | null;
  replayed: boolean;
  userErrors: UserErrorRow[];
}

/** Runs a write and answers with the member and whatever else the write answered. */
export function change<Answer extends { memberId: string }>(
  context: MembersContext,
  refused: Omit<Answer, 'memberId'>,
  write: () => Promise<Written<Answer>>,
): Promise<Changed & Omit<Answer, 'memberId'>> {
  return answer({ ...refused, member: null as MemberRow | null, replayed: false }, async () => {
    const { answer: written, replayed } = await write();
    const { memberId, ...rest } = written;
    context.renew();
    context.told();
    return { ...rest, member: await context.loaders.visibleMemberById.load(memberId), replayed };
  });
}
