// What a purchase's rules cost beside posting what they give: CPU of evaluating one purchase, of CPU of posting one earn
// (this process and PostgreSQL together), on the same machine in the same minute; a ratio is the median of the rounds'.
import type pg from 'pg';
import { compile, type RuleBook } from '../subgraphs/points/earning/book.rules.ts';
import { evaluate } from '../subgraphs/points/earning/evaluate.rules.ts';
import type { Occasion, Rooms } from '../subgraphs/points/earning/facts.rules.ts';
import { limitsOf } from '../subgraphs/points/earning/limit.rules.ts';
import { baskets } from './earning/basket.ts';
import { HOLD, programmeOf } from './earning/programme.ts';
import { openGround } from './ledger/ground.ts';
import { meter } from './ledger/meter.ts';
import { earnSql } from './ledger/sql.ts';
import {
  median,
  ratio,
  type Bench,
  type BenchOptions,
  type Measure,
  type Measured,
  type Pair,
  type Row,
} from './row.ts';

const RULES = [10, 200, 1_000];
const COMPILED = 1_000;
const PAIRS = 5;
const COMPILATIONS = 9;
/** Evaluations between two looks at the clock. */
const BATCH = 64;

/** What the caller would have read: more is left than a basket gives. */
function roomsOf(book: RuleBook, occasion: Occasion): Rooms {
  const { caps, budgets } = limitsOf(book, occasion);
  return Object.fromEntries([
    ...caps.map(({ code }) => [`cap:${code}`, '1000000']),
    ...budgets.map(({ account }) => [`budget:${account}`, '1000000']),
  ]);
}

/** Rounds of evaluating baskets, each with all that recording it would have evaluated. */
function evaluation(rules: number, seconds: number): Measure {
  const book = compile(programmeOf(rules));
  const occasions = baskets(BATCH);
  const once = (occasion: Occasion) => evaluate(book, occasion, roomsOf(book, occasion));
  const held = once(occasions[0]!).grants.flatMap(({ steps }) => steps);
  if (held.length !== HOLD) throw new Error(`${held.length} of ${rules} rules hold instead of ${HOLD}`);
  return async () => {
    const started = performance.now();
    let count = 0;
    do {
      for (const occasion of occasions) once(occasion);
      count += BATCH;
    } while (performance.now() - started < seconds * 1_000);
    return { value: count / ((performance.now() - started) / 1_000), count };
  };
}

/** CPU of one operation, in µs. */
async function cpu(connection: pg.Client, measure: Measure): Promise<Measured> {
  const round = meter(connection);
  const { count } = await round.round(measure);
  const row = round.rows('').find(({ metric }) => metric === ' cpu');
  if (row === undefined) throw new Error('CPU of PostgreSQL is read from /proc, which is not here');
  return { value: row.value, count };
}

/** Rows of as many rules as asked for, and of what they are compared with. */
async function evaluationRows(asked: number[], seconds: number): Promise<Row[]> {
  const ground = await openGround(seconds);
  try {
    const connection = await ground.connect('postgres');
    const earn = await earnSql(ground);
    await earn();
    const earns: number[] = [];
    const rows: Row[] = [];
    for (const rules of asked) {
      const measure = evaluation(rules, seconds);
      await measure();
      const pairs: Pair[] = [];
      for (let pair = 0; pair < PAIRS; pair += 1) {
        pairs.push({ other: await cpu(connection, earn), own: await cpu(connection, measure) });
      }
      const value = median(pairs.map(({ own }) => own.value));
      rows.push({ metric: `rules-${rules}`, value, unit: 'µs CPU', against: 'earn-sql', ratio: ratio(pairs) });
      earns.push(...pairs.map(({ other }) => other.value));
    }
    return [{ metric: 'earn-sql', value: median(earns), unit: 'µs CPU', against: null, ratio: null }, ...rows];
  } finally {
    await ground.close();
  }
}

function compilationRow(): Row {
  const programme = programmeOf(COMPILED);
  const took = Array.from({ length: COMPILATIONS }, () => {
    const started = performance.now();
    compile(programme);
    return performance.now() - started;
  });
  return { metric: `compile-${COMPILED}`, value: median(took), unit: 'ms', against: null, ratio: null };
}

async function run({ only, seconds }: BenchOptions) {
  const wanted = (name: string) => only === null || only.has(name);
  const asked = RULES.filter((rules) => wanted(`rules-${rules}`));
  return {
    rows: [
      ...(asked.length > 0 ? await evaluationRows(asked, seconds) : []),
      ...(wanted(`compile-${COMPILED}`) ? [compilationRow()] : []),
    ],
    missing: [],
  };
}

export const earningBench: Bench = {
  names: [...RULES.map((rules) => `rules-${rules}`), `compile-${COMPILED}`],
  run,
};
