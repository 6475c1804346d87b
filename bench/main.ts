// `npm run bench -- NAME [--only row,…] [--pgledger path] [--rooms] [--profile row]`: runs a benchmark and prints its rows as a table and as NDJSON lines.
// Ratios are of one run on one machine; absolute figures say little.
import 'reflect-metadata';
import { Command, Option } from 'commander';
import { earningBench } from './earning.ts';
import { gatewayBench } from './gateway.ts';
import { ledgerBench } from './ledger.ts';
import type { Bench, Row } from './row.ts';

const BENCHES: Record<string, Bench> = { earning: earningBench, gateway: gatewayBench, ledger: ledgerBench };

const format = (value: number | null): string => (value === null ? '' : value.toFixed(value < 10 ? 3 : 0));

function table(rows: Row[]): string {
  const cells = [
    ['metric', 'value', 'unit', 'against', 'ratio'],
    ...rows.map((row) => [row.metric, format(row.value), row.unit, row.against ?? '', format(row.ratio)]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')).join('\n');
}

interface Options {
  only?: string;
  pgledger?: string;
  rooms: boolean;
  profile?: string;
  seconds: number;
}

await new Command('bench')
  .argument('<name>', `one of: ${Object.keys(BENCHES).join(', ')}`)
  .option('--only <rows>', 'rows to run, by comma')
  .option('--pgledger <path>', 'path of pgledger.sql, to be measured on the same server')
  .option('--rooms', 'gateway: over the real rooms, whose SQL is then measured too', false)
  .option('--profile <row>', 'gateway: the ten largest frames of our process in this row')
  .addOption(
    new Option('--seconds <number>', 'of a round').env('BENCH_SECONDS').argParser(Number).default(1).hideHelp(),
  )
  .action(async (name: string, { only, pgledger, rooms, profile, seconds }: Options) => {
    const bench = BENCHES[name];
    if (bench === undefined) throw new Error(`There is no benchmark ${name}: ${Object.keys(BENCHES).join(', ')}.`);
    const picked = only === undefined ? null : new Set(only.split(','));
    const unknown = [...(picked ?? [])].filter((row) => !bench.names.includes(row));
    if (unknown.length > 0) throw new Error(`There is no row ${unknown.join(', ')}: ${bench.names.join(', ')}.`);
    const given = { pgledger: pgledger ?? null, rooms, profile: profile ?? null };
    const { rows, missing } = await bench.run({ only: picked, seconds, ...given });
    console.log([table(rows), ...missing].join('\n'));
    for (const row of rows) console.log(JSON.stringify({ bench: name, ...row }));
  })
  .parseAsync();
