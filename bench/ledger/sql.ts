// Rows of the ledger's functions, called as the product calls them: one round trip each.
import { newId } from '../../subgraphs/shared/id.ts';
import { throughput, type Measure } from '../row.ts';
import { farAhead, fill, memberAt, scattered } from './fill.ts';
import { CLIENTS, type Ground } from './ground.ts';
import { earning, LOT, send, SPENT, spending } from './load.ts';

const MEMBERS = 2_000;
const BATCH = 1_000;

/** One row as wide as an entry's key, committed: the least that anything durable costs. */
export async function ref(ground: Ground): Promise<Measure> {
  const clients = await ground.clients('live');
  await clients[0]!.query(
    'create table ref (id uuid primary key, amount bigint not null, at timestamptz not null default now())',
  );
  const insert = { name: 'ref', text: 'insert into ref (id, amount) values (uuidv7(), $1)', values: [1] };
  return () =>
    throughput(CLIENTS, ground.seconds, async (client) => {
      await clients[client]!.query(insert);
      return 1;
    });
}

/** Wallet, entry, lot, move, request key, chain, lazy events. */
export async function earnSql(ground: Ground): Promise<Measure> {
  const clients = await ground.clients('live');
  const members = Array.from({ length: MEMBERS }, newId);
  return () =>
    throughput(CLIENTS, ground.seconds, (client) => {
      const member = members[Math.floor(Math.random() * MEMBERS)]!;
      return send(clients[client]!, 'ledger_post', [earning(member)]);
    });
}

/** A debit over two lots, with all that an earn has. */
export async function redeemSql(ground: Ground): Promise<Measure> {
  const clients = await ground.clients('redeem');
  // What 10 000 a second would spend in all rounds.
  const lots = Math.ceil((60_000 * ground.seconds * SPENT) / LOT / (2 * MEMBERS));
  await fill(ground, { space: 'redeem', members: 2 * MEMBERS, expires: farAhead(lots), amount: LOT });
  const next = scattered(2 * MEMBERS);
  return () =>
    throughput(CLIENTS, ground.seconds, (client) =>
      send(clients[client]!, 'ledger_post', [spending(memberAt(next()))]),
    );
}

/** 1 000 credits of as many members in a call. Each worker has members of its own, as a service's queues have. */
export const batch = (workers: number) =>
  async function batchOf(ground: Ground): Promise<Measure> {
    const clients = await ground.clients('live');
    const members = Array.from({ length: workers }, () => Array.from({ length: BATCH }, newId));
    return () =>
      throughput(workers, ground.seconds, (client) =>
        send(clients[client]!, 'ledger_credit', members[client]!.map(earning)),
      );
  };
