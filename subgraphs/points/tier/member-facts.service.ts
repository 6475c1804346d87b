// The facts of a member when something happened: where it stood, and what others know of it.
import { calendarFacts } from '../earning/birthday.rules.ts';
import type { Needs } from '../earning/book.rules.ts';
import type { Facts, MemberFacts } from '../earning/facts.rules.ts';
import type { PersonalFacts } from '../earning/personal.service.ts';
import type { Standings } from './standing.service.ts';

interface Known extends Partial<Pick<MemberFacts, 'segments' | 'visited' | 'draws'>> {
  /** Of the version that counts; no other part of the calendar is told. */
  needs: Pick<Needs, 'birthday' | 'anniversary'>;
  personal?: PersonalFacts | null | undefined;
}

export function factsOfMember(
  standings: Standings,
  memberId: string,
  { occurredAt, day }: Pick<Facts, 'occurredAt' | 'day'>,
  { needs, personal, segments = [], visited = false, draws = {} }: Known,
): MemberFacts {
  const enrolledOn = standings.enrolledOn(memberId) ?? personal?.enrolledOn ?? null;
  return {
    tier: standings.tierAt(memberId, occurredAt),
    segments,
    purchasesBefore: standings.purchasesBefore(memberId),
    visited,
    ...calendarFacts(day, personal?.born ?? null, enrolledOn, needs),
    draws,
  };
}
