// What the ledger costs against REF, a single-row INSERT with commit by 16 clients, on the same server in the same minute:
// rounds of a row and of what it is compared with follow each other, and its ratio is the median of theirs.
import type pg from 'pg';
import { expiryRow } from './ledger/expiry.ts';
import { gatewayBatch, gatewaySingle } from './ledger/gateway.ts';
import { openGround, type Ground } from './ledger/ground.ts';
import { earnAmong, fits, LARGE, redeemAmong, SMALL } from './ledger/growth.ts';
import { redeemFrom } from './ledger/lots.ts';
import { meter, type Meter } from './ledger/meter.ts';
import { pgledger } from './ledger/pgledger.ts';
import { manyPartners, onePartner, purchaseSql } from './ledger/purchase.ts';
import { earns } from './ledger/service.ts';
import { batch, earnSql, redeemSql, ref } from './ledger/sql.ts';
import { verification } from './ledger/verify.ts';
import { median, ratio, type Bench, type BenchOptions, type Measure, type Pair, type Row } from './row.ts';

const PAIRS = 5;

type Prepare = (ground: Ground) => Promise<Measure>;

interface LedgerRow {
  unit: string;
  prepare: Prepare;
  /** What it is compared with, if not with REF. */
  against?: { metric: string; prepare: Prepare };
  /** What it says instead of the costs of an operation: others are done beside. */
  further?: () => Row[];
  /** Why it cannot be run now; null: it can. */
  hindrance?: (ground: Ground) => Promise<string | null>;
}

const ROWS: Record<string, LedgerRow> = {
  'earn-sql': { unit: 'earns/s', prepare: earnSql },
  'redeem-sql': { unit: 'redeems/s', prepare: redeemSql },
  'purchase-sql': { unit: 'purchases/s', prepare: purchaseSql },
  'batch-1000-1w': { unit: 'earns/s', prepare: batch(1) },
  'batch-1000-2w': { unit: 'earns/s', prepare: batch(2) },
  'service-1': { unit: 'earns/s', prepare: earns(1) },
  'service-16': { unit: 'earns/s', prepare: earns(16) },
  'service-256': { unit: 'earns/s', prepare: earns(256) },
  'one-partner': {
    unit: 'purchases/s',
    prepare: onePartner,
    against: { metric: '100-partners', prepare: manyPartners },
  },
  'lots-10000': {
    unit: 'ms',
    prepare: redeemFrom(10_000),
    against: { metric: 'lots-10', prepare: redeemFrom(10) },
  },
  expiry: { unit: 'lots/s', ...expiryRow() },
  verify: { unit: 'entries/s', prepare: verification },
  // Their rooms have clocks and relays that run on: after the rest.
  'gateway-single': { unit: 'purchases/s', prepare: gatewaySingle },
  'gateway-batch-100': { unit: 'purchases/s', prepare: gatewayBatch },
};

/** Last, as far as time is left. */
const GROWTH: Record<string, LedgerRow> = {
  'growth-earn': {
    unit: 'earns/s',
    prepare: earnAmong(LARGE),
    against: { metric: 'growth-earn-0.5m', prepare: earnAmong(SMALL) },
    hindrance: fits,
  },
  'growth-redeem': {
    unit: 'redeems/s',
    prepare: redeemAmong(LARGE),
    against: { metric: 'growth-redeem-0.5m', prepare: redeemAmong(SMALL) },
    hindrance: fits,
  },
};

interface Stage {
  ground: Ground;
  /** For meters. */
  connection: pg.Client;
  /** REF, and what it costs. */
  reference: Measure;
  ofReference: Meter;
}

/** The row, its costs, and what it was compared with. */
async function measured(
  { ground, connection, reference, ofReference }: Stage,
  metric: string,
  { unit, prepare, against, further }: LedgerRow,
): Promise<{ rows: Row[]; pairs: Pair[] }> {
  const measure = await prepare(ground);
  const other = await against?.prepare(ground);
  await other?.();
  await measure();
  const own = meter(connection);
  const pairs: Pair[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const before = await (other?.() ?? ofReference.round(reference));
    pairs.push({ other: before, own: await own.round(measure) });
  }
  const value = median(pairs.map((pair) => pair.own.value));
  const rows: Row[] = [
    { metric, value, unit, against: against?.metric ?? 'ref', ratio: ratio(pairs) },
    ...(further?.() ?? own.rows(metric)),
  ];
  if (against !== undefined) {
    const others = median(pairs.map((pair) => pair.other.value));
    rows.push({ metric: against.metric, value: others, unit, against: null, ratio: null });
  }
  return { rows, pairs };
}

async function run({ only, seconds, pgledger: path }: BenchOptions) {
  const peers = path === null ? {} : { pgledger: { unit: 'transfers/s', prepare: pgledger(path) } };
  const ground = await openGround(seconds);
  try {
    const rows: Row[] = [];
    const missing: string[] = [];
    const references: number[] = [];
    const connection = await ground.connect('postgres');
    const stage = { ground, connection, reference: await ref(ground), ofReference: meter(connection) };
    await stage.reference();
    for (const [metric, row] of Object.entries<LedgerRow>({ ...ROWS, ...peers, ...GROWTH })) {
      if (only !== null && !only.has(metric)) continue;
      const began = performance.now();
      try {
        const hindrance = (await row.hindrance?.(ground)) ?? null;
        if (hindrance !== null) {
          missing.push(`${metric} is left out: ${hindrance}`);
          continue;
        }
        const { rows: made, pairs } = await measured(stage, metric, row);
        rows.push(...made);
        if (row.against === undefined) references.push(...pairs.map(({ other }) => other.value));
        const took = ((performance.now() - began) / 1_000).toFixed(0);
        console.error(`${metric}: ${made[0]!.ratio!.toFixed(3)} of ${made[0]!.against} (${took} s)`);
      } catch (error) {
        // The others are worth having without it.
        console.error(error);
        missing.push(`${metric} has failed: ${(error as Error).message}`);
        process.exitCode = 1;
      }
    }
    if (references.length > 0) {
      const value = median(references);
      rows.unshift(
        { metric: 'ref', value, unit: 'inserts/s', against: null, ratio: null },
        ...stage.ofReference.rows('ref'),
      );
    }
    return { rows, missing };
  } finally {
    await ground.close();
  }
}

export const ledgerBench: Bench = { names: [...Object.keys({ ...ROWS, ...GROWTH }), 'pgledger'], run };
