// The postings that rows send, each under a request key of its own.
import { hash } from 'node:crypto';
import type pg from 'pg';
import type { Credit, Posting, RequestKey } from '../../subgraphs/points/ledger/ledger.service.ts';
import { newId } from '../../subgraphs/shared/id.ts';

type Keyed<P extends Posting> = P & RequestKey;

const ACTOR = { currency: 'points', actor_kind: 'SYSTEM', actor_id: 'bench' } as const;

function key(mutation: string): RequestKey & { origin: string } {
  const origin = newId();
  return { origin, owner: 'bench', mutation, key: origin, input_hash: hash('sha256', origin) };
}

/** Points for a member, as one lot. */
export const earning = (member: string): Keyed<Credit> => ({
  op: 'credit',
  kind: 'EARN',
  member,
  amount: 100,
  earned_at: '2026-01-01T00:00:00Z',
  expires_at: '2099-01-01T00:00:00Z',
  funder: null,
  ...ACTOR,
  ...key('earn'),
});

/** In lots of `LOT` the debit of `SPENT` takes two of them, a whole one and a half, each time. */
export const LOT = 10;
export const SPENT = 15;

export const spending = (member: string): Posting => ({
  op: 'debit',
  kind: 'SPEND',
  member,
  amount: SPENT,
  ...ACTOR,
  ...key('spend'),
});

/** In one round trip; how many it was. */
export async function send(
  client: pg.Client,
  routine: 'ledger_post' | 'ledger_credit',
  postings: Posting[],
): Promise<number> {
  const text = `select refusal from ${routine}($1)`;
  const { rows } = await client.query<{ refusal: string | null }>({
    name: routine,
    text,
    values: [JSON.stringify(postings)],
  });
  const refused = rows.find(({ refusal }) => refusal !== null);
  if (refused !== undefined) throw new Error(`${routine}: ${refused.refusal}`);
  return rows.length;
}
