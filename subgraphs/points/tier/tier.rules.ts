// The tier that a lifetime spend gives, and since when: a tier has been held since the member last came up to it or past it.
import { Big } from 'big.js';

export interface Level {
  code: string;
  name: string;
  /** In the base currency, from which on the level is held. */
  spend: string;
  discountPercent?: string | undefined;
}

export interface TierMove {
  from: string | null;
  to: string;
  at: string;
}

const rankOf = (ladder: Level[], code: string | null): number => ladder.findIndex((level) => level.code === code);

export function levelFor(ladder: Level[], spend: Big): Level {
  return ladder.findLast((level) => spend.gte(level.spend)) ?? ladder[0]!;
}

/** The next level up; null at the top. */
export const nextLevel = (ladder: Level[], code: string): Level | null => ladder[rankOf(ladder, code) + 1] ?? null;

/**
 * Since when a member that comes to `to` now has held it: now when it comes up; when it falls, since the latest time
 * that it had come from below `to` to `to` or above. `moves` are the member's earlier moves, oldest first.
 */
export function heldSince(ladder: Level[], moves: TierMove[], from: string | null, to: string, at: string): string {
  const rank = rankOf(ladder, to);
  if (from === null || rankOf(ladder, from) < rank) return at;
  const climb = moves.findLast((move) => rankOf(ladder, move.from) < rank && rankOf(ladder, move.to) >= rank);
  return climb?.at ?? at;
}

/** A standing as the API shows it. */
export function memberTier(ladder: Level[], standing: { spend: string; tier: string | null; since: string | null }) {
  const level = ladder.find((known) => known.code === standing.tier) ?? ladder[0]!;
  const next = nextLevel(ladder, level.code);
  return {
    code: level.code,
    name: level.name,
    startedAt: standing.since,
    endsAt: null,
    progress: [
      {
        metric: 'SPEND' as const,
        current: Big(standing.spend).toFixed(),
        required: (next ?? level).spend,
        nextTier: next === null ? null : { code: next.code, name: next.name },
      },
    ],
    benefits:
      level.discountPercent === undefined
        ? []
        : [{ kind: 'DISCOUNT_PERCENT' as const, code: `${level.code}-discount`, value: level.discountPercent }],
  };
}
