// pgledger on the same server: transfers between accounts, as that project measures itself.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { throughput, type Measure } from '../row.ts';
import { CLIENTS, type Ground } from './ground.ts';

const ACCOUNTS = 2_000;

/** Its ids need functions of another project, which it keeps in `vendor/`. Without that, they are plain UUIDs: cheaper. */
const STAND_IN = `create function uuid_to_ulid(id uuid) returns text language sql immutable as 'select id::text'`;

async function install(client: pg.Client, path: string): Promise<void> {
  const vendored = join(dirname(path), 'vendor');
  const files = existsSync(vendored) ? globSync(`${vendored}/**/*.sql`).toSorted() : [];
  for (const file of files) await client.query(readFileSync(file, 'utf8'));
  const { rows } = await client.query(`select 1 from pg_proc where proname = 'uuid_to_ulid'`);
  if (rows.length === 0) await client.query(STAND_IN);
  await client.query(readFileSync(path, 'utf8'));
}

export const pgledger = (path: string) =>
  async function transfers(ground: Ground): Promise<Measure> {
    await (await ground.connect('postgres')).query('create database pgledger');
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => ground.connect('pgledger', '-c jit=off')));
    await install(clients[0]!, path);
    const { rows } = await clients[0]!.query<{ id: string }>(
      `select a.id from generate_series(1, ${ACCOUNTS}) n cross join lateral pgledger_create_account('account ' || n, 'USD') a`,
    );
    return () =>
      throughput(CLIENTS, ground.seconds, async (client) => {
        const one = Math.floor(Math.random() * ACCOUNTS);
        const other = (one + 1 + Math.floor(Math.random() * (ACCOUNTS - 1))) % ACCOUNTS;
        await clients[client]!.query({
          name: 'transfer',
          text: 'select id from pgledger_create_transfer($1, $2, $3)',
          values: [rows[one]!.id, rows[other]!.id, '1'],
        });
        return 1;
      });
  };
