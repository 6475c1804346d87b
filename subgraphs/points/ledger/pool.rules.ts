// Who pays how much of what several members spend together (M8, L10).

export interface PoolPart {
  member: string;
  /** The most that this member gives; null: all it has. */
  max: number | null;
}

/** Each in turn gives as much as it has and may. Null: together they cannot. */
export function poolShares(
  amount: number,
  parts: PoolPart[],
  available: ReadonlyMap<string, number>,
): { member: string; amount: number }[] | null {
  let left = amount;
  const shares: { member: string; amount: number }[] = [];
  for (const { member, max } of parts) {
    const share = Math.min(left, available.get(member) ?? 0, max ?? Infinity);
    if (share > 0) shares.push({ member, amount: share });
    left -= share;
  }
  return left === 0 ? shares : null;
}
