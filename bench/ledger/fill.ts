// Wallets with open lots, set-based: what as many earns would have left, but that the hashes are none.
import type { Ground } from './ground.ts';

/** The member of a number: v7 in form, in the order of the numbers. */
export const memberAt = (index: number): string => `01900000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;

export interface Fill {
  space: string;
  /** Members by number, from 0 unless told otherwise. */
  from?: number;
  members: number;
  /** Of each lot of a member, earliest first. */
  expires: string[];
  /** In each lot. */
  amount: number;
}

/** So many expiries, a day apart, far ahead. */
export const farAhead = (lots: number): string[] =>
  Array.from({ length: lots }, (_, index) => new Date(Date.UTC(2060, 0, 1 + index)).toISOString());

const MEMBERS = `(
  select ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid member, sha256(int8send(i)) hash
  from generate_series($1::bigint, $2::bigint) i offset 0
) m`;
const LOTS = `${MEMBERS} cross join unnest($3::timestamptz[]) with ordinality l(expires, seq)`;
const AT = `timestamptz '2026-01-01Z'`;

const WALLET = `
  insert into wallet (member_id, currency, seq, available, last_at, next_event_at, head_hash)
  select member, 'points', cardinality($3::timestamptz[]), cardinality($3::timestamptz[]) * $4::bigint, ${AT}, $3[1], hash
  from ${MEMBERS}`;
const ENTRY = `
  insert into entry (member_id, currency, seq, id, kind, amount, moved, pending, available, held, deficit, origin, recorded_at,
                     effective_at, actor_kind, actor_id, hash)
  select member, 'points', seq, uuidv7(), 'EARN', $4::bigint, $4, 0, $4 * seq, 0, 0, uuidv7(), ${AT} - interval '1 hour' + seq * interval '1 ms',
    ${AT}, 'SYSTEM', 'bench', hash
  from ${LOTS}`;
const LOT = `
  insert into lot (member_id, currency, seq, n, amount, pending, remaining, open, earned_at, expires_at)
  select member, 'points', seq, 0, $4::bigint, 0, $4, true, ${AT}, expires from ${LOTS}`;
const MOVE = `
  insert into move (member_id, currency, seq, n, lot_seq, lot_n, source, target, amount, until)
  select member, 'points', seq, 0, seq, 0, 'ISSUED', 'AVAILABLE', $4::bigint, expires from ${LOTS}`;
const REQUEST = `
  insert into request (owner, mutation, key, input_hash, answer)
  select 'bench', 'fill', uuidv7()::text, hash, jsonb_build_object('entryId', member, 'entryIds', array[member]) from ${LOTS}`;

/** By two connections, each with half of the work. */
export async function fill(ground: Ground, { space, from = 0, members, expires, amount }: Fill): Promise<void> {
  const clients = await ground.clients(space);
  const halves = [
    [WALLET, ENTRY, MOVE],
    [LOT, REQUEST],
  ];
  const write = async (texts: string[], client: number) => {
    for (const text of texts) {
      const values = [from, from + members - 1, expires, amount];
      await clients[client]!.query(text, values.slice(0, text.includes('$4') ? 4 : 3));
    }
  };
  await Promise.all(halves.map(write));
  await clients[0]!.query('vacuum analyze wallet, entry, lot, move, request');
}

/** Each of so many once, in no order that pages have, and again. `count` is no multiple of a prime above 5. */
export function scattered(count: number): () => number {
  let step = 0;
  return () => (618_033 * (step += 1)) % count;
}
