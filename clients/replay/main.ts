// `npm run replay -- FILE.csv`: sends a shop's sales through the graph as its tills would, and checks the ledger against the file.
// Exit codes: 0 it reconciles, 1 something differs, 2 it could not be done, 130 stopped by hand.
import { Command, InvalidArgumentError } from 'commander';
import { Api } from './api.ts';
import { largestPartner, readCredentials, tillsOf, type Credentials } from './credentials.ts';
import { generate, hashOfGenerated } from './generate.ts';
import type { Sales } from './invoice.ts';
import { inspect, parseFile } from './parse.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import { readState, resume, settle, StateFile, statePath, type Settings, type State } from './state.ts';

const CURRENCY = 'GBP';

const TILLS = 4;

interface Options {
  address?: string;
  credentials: string;
  state: string;
  partner?: string;
  tills?: number;
  batch: number;
  columns?: string;
  dateFormat?: string;
  encoding?: string;
  currency?: string;
  rate?: string;
  zone?: string;
  endDate?: string;
  members: number;
  days: number;
  seed: number;
}

interface Follow {
  sales: Sales;
  state: State;
  file: StateFile;
  credentials: Credentials;
  address: string;
  options: Options;
}

function whole(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

function dayOrKeep(text: string): string {
  if (text !== 'keep' && !/^\d{4}-\d\d-\d\d$/.test(text))
    throw new InvalidArgumentError('It must be YYYY-MM-DD or keep.');
  return text;
}

function positive(text: string): string {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) === 0) throw new InvalidArgumentError('It must be a number above 0.');
  return text;
}

const program = new Command('replay')
  .description('Sends a sales file through the graph as tills do, and checks the ledger against it. Safe to repeat.')
  .argument(
    '[file]',
    'CSV with InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID; none: made-up sales',
  )
  .option('--address <url>', 'the graph (default: of the credentials)')
  .option('--credentials <file>', 'keys of the tills and the operator', '.data/demo.json')
  .option('--state <folder>', 'where progress is kept', '.data/replay')
  .option('--partner <code>', 'whose tills send (default: the partner with the most)')
  .option('--tills <n>', 'tills that send at once (default: 4)', whole(1, 100))
  .option('--batch <n>', 'invoices in one request', whole(1, 1000), 100)
  .option('--columns <names>', "the file's names: InvoiceNo=Receipt,Quantity=Qty")
  .option('--date-format <format>', "of the file's dates, as Luxon writes it (default: ISO and M/D/YYYY H:mm)")
  .option('--encoding <name>', 'of the file (default: found by looking)')
  .option('--currency <code>', `of the file's prices (default: ${CURRENCY})`)
  .option(
    '--rate <number>',
    "what one unit of it is worth in the programme's (default: as the programme says)",
    positive,
  )
  .option('--zone <name>', "of the file's dates (default: Europe/London)")
  .option(
    '--end-date <day>',
    'move the dates to end on that day, or keep them (default: the day of the first run)',
    dayOrKeep,
  )
  .option('--members <n>', 'without a file: how many members', whole(1, 1_000_000), 200)
  .option('--days <n>', 'without a file: over how many days', whole(1, 730), 30)
  .option('--seed <n>', 'without a file: same seed, same sales', whole(0, 4_294_967_295), 1);

/** Only what was asked for: the rest is the first run's, or a default. */
function asked(options: Options, credentials: Credentials): Partial<Settings> {
  const { partner, tills, zone, currency, columns, dateFormat, encoding, endDate } = options;
  const given = { zone, currency, columns, dateFormat, encoding, endDate };
  const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const places = partner !== undefined || tills !== undefined;
  return {
    ...settings,
    ...(places && { tills: tillsOf(credentials, partner ?? largestPartner(credentials), tills ?? TILLS) }),
  };
}

async function replay(path: string | undefined, options: Options): Promise<number> {
  const credentials = await readCredentials(options.credentials);
  const address = options.address ?? credentials.address;
  const { hash, encoding } =
    path === undefined ? { hash: hashOfGenerated(options), encoding: null } : await inspect(path);
  const stateFile = statePath(options.state, hash);
  const found = await readState(stateFile);
  const settings = settle(found?.settings ?? null, asked(options, credentials), stateFile, () => ({
    tills: tillsOf(credentials, largestPartner(credentials), TILLS),
    zone: 'Europe/London',
    currency: CURRENCY,
    columns: null,
    dateFormat: null,
    encoding,
    endDate: null,
  }));
  const sales =
    path === undefined
      ? generate(options)
      : { hash, ...(await parseFile(path, { ...settings, encoding: settings.encoding ?? 'utf-8' })) };
  const source =
    path === undefined ? `made up: ${options.members} members, ${options.days} days, seed ${options.seed}` : path;
  const state = resume(found, { source, firstRunAt: new Date().toISOString(), address, settings });
  return follow({ sales, state, file: new StateFile(stateFile, state), credentials, address, options });
}

async function follow({ sales, state, file, credentials, address, options }: Follow): Promise<number> {
  const done = Object.keys(state.outcomes).length;
  const begun = `begun ${state.firstRunAt.slice(0, 10)}${done > 0 ? `, ${done} sent before` : ''}`;
  process.stderr.write(
    `${state.source}: ${sales.rows} rows, ${sales.invoices.length} invoices, ${begun}; to ${address}\n`,
  );
  const api = new Api({ address, onRetry: (cause) => waiting(cause) });
  process.once('SIGINT', () => void file.flush().finally(() => process.exit(130)));
  try {
    const { batch, rate = null } = options;
    const result = await run({ sales, state, file, api, credentials, batch, rate });
    process.stdout.write(report(result.tally, result.chain, result.reconciliation));
    if (result.nothingChanged) process.stdout.write('\nnothing changed: every invoice was recorded before\n');
    process.stdout.write(result.holds ? '\nIt reconciles.\n' : '\nIT DOES NOT RECONCILE.\n');
    return result.holds ? 0 : 1;
  } finally {
    await file.flush();
    await api.close();
  }
}

let saidAt = 0;

/** Once in a while: a server that is away is met by every till at once. */
function waiting(cause: string): void {
  if (Date.now() - saidAt < 3_000) return;
  saidAt = Date.now();
  process.stderr.write(`\nno answer yet (${cause}); trying again\n`);
}

program.action(async (path: string | undefined, options: Options) => {
  try {
    process.exitCode = await replay(path, options);
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
});
await program.parseAsync();
