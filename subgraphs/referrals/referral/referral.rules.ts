// Whether someone who joined with a code counts as brought by its owner, and what each side sees of it.
import type { ViewerKind } from '../../shared/viewer.ts';
import type { State } from './referral.saga.ts';

export type Rejection = 'UNKNOWN_CODE' | 'OWN_CODE' | 'SECOND_CODE' | 'EXISTING_MEMBER' | 'CYCLE';

export interface Claim {
  refereeId: string;
  /** Whose code it is; null: nobody's. */
  ownerId: string | null;
  /** Was a member before it came with the code. */
  existing: boolean;
}

/** `broughtBy`: the referrer of each referee, as far as it was accepted. */
export function rejection(
  { refereeId, ownerId, existing }: Claim,
  broughtBy: ReadonlyMap<string, string>,
): Rejection | null {
  if (ownerId === null) return 'UNKNOWN_CODE';
  if (ownerId === refereeId) return 'OWN_CODE';
  if (broughtBy.has(refereeId)) return 'SECOND_CODE';
  if (existing) return 'EXISTING_MEMBER';
  for (let above = broughtBy.get(ownerId); above !== undefined; above = broughtBy.get(above)) {
    if (above === refereeId) return 'CYCLE';
  }
  return null;
}

/** Judges claims in their order: what was accepted counts for those after it. */
export function rejections(claims: Claim[], known: ReadonlyMap<string, string>): (Rejection | null)[] {
  const broughtBy = new Map(known);
  return claims.map((claim) => {
    const reason = rejection(claim, broughtBy);
    if (reason === null) broughtBy.set(claim.refereeId, claim.ownerId!);
    return reason;
  });
}

/** Seconds until points is asked again after so many tries: 2, 4, 8 … an hour. */
export const retrySeconds = (tries: number): number => Math.min(2 ** Math.min(tries, 12), 3600);

/** Of the two sides of a referral a member sees itself only; operators see both. */
export const sees = (viewer: { kind: ViewerKind; memberId: string | null }, side: string | null): boolean =>
  side !== null && (viewer.kind === 'operator' || (viewer.kind === 'member' && viewer.memberId === side));

/** What clients read of a state: a step that is under way shows as the state before it. */
export function shownState(state: State): Exclude<State, 'PAYING' | 'REVERSING'> {
  if (state === 'PAYING') return 'QUALIFIED';
  return state === 'REVERSING' ? 'REWARDED' : state;
}
