// What the ledger costs against REF, a single-row INSERT with commit, on the same server in the same minute. Rounds of
// REF and each row follow each other; a row's ratio is the median of its rounds. fsync and synchronous_commit are on.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { openGateway } from '../gateway/gateway.ts';
import type { DemoCredentials } from '../gateway/demo.ts';
import { ROOM_DEFINITIONS } from '../subgraphs/rooms.ts';
import { readConfig, ROOMS } from '../subgraphs/shared/config.ts';
import { newId } from '../subgraphs/shared/id.ts';
import { openHouse, packageRoot } from '../subgraphs/shared/launch.ts';
import { startPostgres } from '../subgraphs/shared/postgres.ts';
import { median, throughput, type Row } from './row.ts';

const CLIENTS = 16;
const ROUNDS = 5;
const SECONDS = 3;
const MEMBERS = 2_000;
const BATCHES_UNDER_WAY = 4;

interface Ground {
  pool: pg.Pool;
  url: string;
  demo: DemoCredentials;
  close(): Promise<void>;
}

async function openGround(): Promise<Ground> {
  const dataDir = mkdtempSync(join(tmpdir(), 'loyalty-bench-'));
  const log = pino({ level: 'error' });
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres') });
  const config = { ...readConfig({ DEMO: 'true', PORT: '0' }), dataDir, spaces: ['live'] };
  const house = await openHouse(
    ROOMS.map((room) => ROOM_DEFINITIONS[room]),
    { databaseUrl: (room) => postgres.url(room), spaces: config.spaces, programme: config.programme, log },
  );
  const schema = (file: string) => readFileSync(join(packageRoot(), 'schema', file), 'utf8');
  const gateway = await openGateway(config, {
    door: house.door,
    supergraphSdl: schema('supergraph.graphql'),
    apiSdl: schema('api.graphql'),
    log,
  });
  const pool = new pg.Pool({ connectionString: postgres.url('points'), max: CLIENTS, options: '-c search_path=live' });
  return {
    pool,
    url: gateway.url,
    demo: gateway.demo!,
    async close() {
      await pool.end();
      await gateway.close();
      await house.close();
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

type Measure = () => Promise<number>;

/** One row as wide as an entry's key, committed: the least that anything durable costs. */
async function ref({ pool }: Ground): Promise<Measure> {
  await pool.query(
    'create table ref (id uuid primary key, amount bigint not null, at timestamptz not null default now())',
  );
  return () =>
    throughput(CLIENTS, SECONDS, async () => {
      await pool.query({ name: 'ref', text: 'insert into ref (id, amount) values (uuidv7(), $1)', values: [1] });
      return 1;
    });
}

/** A request key and an earn of one lot: wallet, entry, lot, move, chain, lazy events; one round trip. */
async function earnSql({ pool }: Ground): Promise<Measure> {
  const members = Array.from({ length: MEMBERS }, newId);
  const text = `with request as (
      insert into request (owner, mutation, key, input_hash, answer) values ('bench', 'earn', $1, sha256(convert_to($1, 'UTF8')), '{}')
    ) select refusal from ledger_post($2)`;
  return () =>
    throughput(CLIENTS, SECONDS, async () => {
      const origin = newId();
      const posting = {
        op: 'credit',
        kind: 'EARN',
        member: members[Math.floor(Math.random() * MEMBERS)],
        currency: 'points',
        amount: 100,
        origin,
        earned_at: '2026-01-01T00:00:00Z',
        expires_at: '2099-01-01T00:00:00Z',
        actor_kind: 'SYSTEM',
      };
      const { rows } = await pool.query({ name: 'earn', text, values: [origin, JSON.stringify([posting])] });
      if (rows[0].refusal !== null) throw new Error(rows[0].refusal);
      return 1;
    });
}

const BATCH = `mutation ($input: PurchaseRecordBatchInput!) { purchaseRecordBatch(input: $input) {
  results { index state purchase { id } entries { id amount } userErrors { code message } }
  summary { recorded refused points } } }`;

const ENROLL = `mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { member { id } userErrors { code } } }`;

/** Purchases of three lines, 100 in a request, as a till sends them. */
async function gatewayBatch({ url, demo }: Ground): Promise<Measure> {
  const till = demo.tills[0]!;
  async function ask<T>(query: string, input: object): Promise<T> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${till.key}` },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  }
  const count = MEMBERS / 4;
  for (let index = 0; index < count; index += 1) {
    await ask(ENROLL, { identifiers: [{ kind: 'EXTERNAL', value: `bench-${index}` }] });
  }
  const purchase = (client: number) => {
    const receipt = newId();
    // Disjoint by client, as tills' customers nearly are.
    const member = client + BATCHES_UNDER_WAY * Math.floor((Math.random() * count) / BATCHES_UNDER_WAY);
    return {
      idempotencyKey: receipt,
      member: { kind: 'EXTERNAL', value: `bench-${member}` },
      location: till.location,
      receiptNumber: receipt,
      businessDate: '2026-01-02',
      occurredAt: '2026-01-02T10:00:00Z',
      currencyCode: 'GBP',
      lines: [1, 2, 3].map((number) => ({
        number,
        sku: `sku-${number}`,
        name: 'A thing',
        quantity: '2',
        unitPrice: '4.99',
      })),
    };
  };
  return () =>
    throughput(BATCHES_UNDER_WAY, SECONDS, async (client) => {
      const items = Array.from({ length: 100 }, () => ({ purchase: purchase(client) }));
      type Answer = { purchaseRecordBatch: { summary: { recorded: number; refused: number } } };
      const { purchaseRecordBatch } = await ask<Answer>(BATCH, { items });
      if (purchaseRecordBatch.summary.recorded !== 100) throw new Error(JSON.stringify(purchaseRecordBatch.summary));
      return 100;
    });
}

const ROWS: Record<string, { unit: string; prepare: (ground: Ground) => Promise<Measure> }> = {
  'earn-sql': { unit: 'earns/s', prepare: earnSql },
  'gateway-batch-100': { unit: 'purchases/s', prepare: gatewayBatch },
};

export async function benchLedger(only: ReadonlySet<string> | null): Promise<Row[]> {
  const ground = await openGround();
  try {
    const reference = await ref(ground);
    const all: number[] = [];
    const rows: Row[] = [];
    for (const [metric, { unit, prepare }] of Object.entries(ROWS)) {
      if (only !== null && !only.has(metric)) continue;
      const measure = await prepare(ground);
      await measure();
      const rounds: { value: number; ratio: number }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const against = await reference();
        const value = await measure();
        all.push(against);
        rounds.push({ value, ratio: value / against });
      }
      const value = median(rounds.map((round) => round.value));
      rows.push({ metric, value, unit, against: 'ref', ratio: median(rounds.map((round) => round.ratio)) });
    }
    return [{ metric: 'ref', value: median(all), unit: 'inserts/s', against: null, ratio: null }, ...rows];
  } finally {
    await ground.close();
  }
}
