// What purchases and returns count for the ladder, and what its steps then give.
import type { Big } from 'big.js';
import type { Given as Credited } from '../earning/credit.service.ts';
import type { MemberFacts } from '../earning/facts.rules.ts';
import { giveBonuses } from '../tier/bonus.service.ts';
import type { Move } from '../tier/standing.service.ts';
import type { Book } from './book.service.ts';
import type { Given } from './counting.rules.ts';

export interface Climb {
  /** Base currency; below 0 for a return. */
  spend: Big;
  /** 1, -1 or 0. */
  purchases: number;
  /** Points that became usable at once, or were such and are taken back. */
  points: Given;
  returned: boolean;
  /** When what comes back was bought; when it happened, left out. */
  earnedAt?: string;
}

/** Counts, and posts what reached levels give. `given.origin` is what caused it. */
export function climb(book: Book, member: MemberFacts, climbed: Climb, given: Omit<Credited, 'funder'>): Move[] {
  const { standings, limits } = book.at;
  const { member: memberId, at, origin, ...actor } = given;
  const moves = standings.count(memberId, { ...climbed, at, origin });
  return giveBonuses({ standings, limits, postings: book.postings }, memberId, member, moves, actor);
}
