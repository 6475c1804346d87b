// `npm run bench -- NAME [--only row,…]`: runs a benchmark and prints its rows as a table and as NDJSON lines.
// Ratios are of one run on one machine; absolute figures say little.
import 'reflect-metadata';
import { Command } from 'commander';
import { benchLedger } from './ledger.ts';
import type { Bench, Row } from './row.ts';

const BENCHES: Record<string, Bench> = { ledger: benchLedger };

const format = (value: number | null): string => (value === null ? '' : value.toFixed(value < 10 ? 3 : 0));

function table(rows: Row[]): string {
  const cells = [
    ['metric', 'value', 'unit', 'against', 'ratio'],
    ...rows.map((row) => [row.metric, format(row.value), row.unit, row.against ?? '', format(row.ratio)]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')).join('\n');
}

await new Command('bench')
  .argument('<name>', `one of: ${Object.keys(BENCHES).join(', ')}`)
  .option('--only <rows>', 'rows to run, by comma')
  .action(async (name: string, { only }: { only?: string }) => {
    const bench = BENCHES[name];
    if (bench === undefined) throw new Error(`There is no benchmark ${name}: ${Object.keys(BENCHES).join(', ')}.`);
    const rows = await bench(only === undefined ? null : new Set(only.split(',')));
    console.log(table(rows));
    for (const row of rows) console.log(JSON.stringify({ bench: name, ...row }));
  })
  .parseAsync();
