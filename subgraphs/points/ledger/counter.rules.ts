// What lots and holds must count by the entries and moves of their wallet.
import type { History, StoredHold, StoredLot } from './replay.rules.ts';

/** What is wrong, by the entry that made it. */
export interface Located {
  seq: number;
  reason: string;
}

/** Each HOLD has its row, which says how it ended; one that lapsed, when. */
export function holdBreaks({ holds, entries }: History): Located[] {
  const found: Located[] = [];
  const bySeq = new Map(holds.map((hold) => [hold.seq, hold]));
  const captures = entries.filter(({ kind }) => kind === 'CAPTURE');
  const spent = new Map(captures.map((entry) => [entry.origin, -entry.amount]));
  const captured = new Map(captures.map((entry) => [entry.id, entry.origin]));
  const back = new Map<string | null, number>();
  const lapsed = new Map<string | null, number>();
  for (const { kind, amount, reverses, origin, actorId, effectiveAt } of entries) {
    const undone = reverses === null ? undefined : captured.get(reverses);
    if (undone !== undefined) back.set(undone, (back.get(undone) ?? 0) + amount);
    if (kind === 'RELEASE' && actorId === 'clock') lapsed.set(origin, effectiveAt);
  }
  const endsRight = (hold: StoredHold): boolean => {
    const sum = hold.captured + hold.released;
    return (
      (hold.state === 'HELD' ? sum < hold.amount : sum === hold.amount) &&
      hold.captured === (spent.get(hold.id) ?? 0) &&
      hold.restored === (back.get(hold.id) ?? 0) &&
      (hold.state === 'CAPTURED') === hold.captured > 0 &&
      (lapsed.get(hold.id) ?? hold.lapsesAt) === hold.lapsesAt
    );
  };
  for (const { seq, origin, moved } of entries.filter(({ kind }) => kind === 'HOLD')) {
    const hold = bySeq.get(seq);
    bySeq.delete(seq);
    if (hold === undefined || hold.id !== origin || hold.amount !== moved) {
      found.push({ seq, reason: `the hold of entry ${seq} is gone or another` });
    } else if (!endsRight(hold)) found.push({ seq, reason: `the hold of entry ${seq} did not end as it says` });
  }
  return [...found, ...[...bySeq.keys()].map((seq) => ({ seq, reason: `there is a hold without an entry ${seq}` }))];
}

const nameOf = ({ seq, n }: Pick<StoredLot, 'seq' | 'n'>): string => `${seq}.${n}`;

/** Lots must be where their moves have put them, expire as the last of these said, and be as far reversed as entries say. */
export function lotBreaks(history: History): Located[] {
  const { lots, moves } = history;
  const found: Located[] = [];
  const replayed = new Map(
    lots.map((lot) => [nameOf(lot), { PENDING: 0, AVAILABLE: 0, HELD: 0, until: null as number | null }]),
  );
  for (const { seq, lotSeq, lotN, source, target, amount, until } of moves) {
    const lot = replayed.get(`${lotSeq}.${lotN}`);
    if (lot === undefined) {
      found.push({ seq, reason: `lot ${lotSeq}.${lotN} is missing` });
      continue;
    }
    if (source === 'PENDING' || source === 'AVAILABLE' || source === 'HELD') lot[source] -= amount;
    if (target === 'PENDING' || target === 'AVAILABLE' || target === 'HELD') lot[target] += amount;
    lot.until = until ?? lot.until;
  }
  const undone = reversedOf(history);
  for (const lot of lots) {
    const { seq, amount, pending, remaining, held, gone, open, expiresAt, reversed } = lot;
    const name = nameOf(lot);
    const { PENDING, AVAILABLE, HELD, until } = replayed.get(name)!;
    const counted = pending === PENDING && remaining === AVAILABLE && held === HELD;
    if (!counted || gone !== amount - PENDING - AVAILABLE - HELD || open !== PENDING + AVAILABLE > 0) {
      found.push({ seq, reason: `lot ${name} does not have what its moves left it` });
    }
    if (reversed !== (undone.get(name) ?? 0))
      found.push({ seq, reason: `lot ${name} was not reversed by what it says` });
    if (expiresAt !== until) found.push({ seq, reason: `lot ${name} does not expire when its moves say` });
  }
  return found;
}

interface Undoing {
  lots?: { n: number; amount: number }[];
}

/** How far each lot is reversed: by time, what waited in it; by people, as the entry says, else lot after lot of what it undoes. */
function reversedOf({ entries, moves, lots }: History): Map<string, number> {
  const reversed = new Map<string, number>();
  const add = (name: string, amount: number) => reversed.set(name, (reversed.get(name) ?? 0) + amount);
  const seqById = new Map(entries.map(({ id, seq }) => [id, seq]));
  const lotsOf = Map.groupBy(lots, ({ seq }) => seq);
  const takenBack = Map.groupBy(
    moves.filter(({ target }) => target === 'REVERSED'),
    ({ seq }) => seq,
  );
  for (const { seq, reverses, actorId, explanation } of entries) {
    const taken = takenBack.get(seq) ?? [];
    if (actorId === 'clock') {
      for (const { lotSeq, lotN, amount } of taken) add(`${lotSeq}.${lotN}`, amount);
      continue;
    }
    let left = taken.reduce((sum, { amount }) => sum + amount, 0);
    const said = explanation?.includes('"lots"') === true ? (JSON.parse(explanation) as Undoing).lots : undefined;
    for (const lot of left === 0 ? [] : (lotsOf.get(seqById.get(reverses ?? '') ?? 0) ?? [])) {
      const due = said === undefined ? left : (said.find(({ n }) => n === lot.n)?.amount ?? 0);
      const part = Math.min(left, due, lot.amount - (reversed.get(nameOf(lot)) ?? 0));
      add(nameOf(lot), part);
      left -= part;
    }
  }
  return reversed;
}
