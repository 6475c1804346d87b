// One run from a source to its table: enrol, send, read back, compare. Whatever is interrupted goes on when run again.
import type { Api } from './api.ts';
import { dayAt, moments } from './calendar.ts';
import { keyOf, type Credentials } from './credentials.ts';
import { enrol } from './enrol.ts';
import type { Sales } from './invoice.ts';
import { readChain, readMember, type Chain } from './ledger.ts';
import { planned, type Planned } from './plan.ts';
import { rateOn, readProgramme, type Programme } from './programme.ts';
import { progress } from './progress.ts';
import { reconcile, refusedInvoices, type Account, type Reconciliation } from './reconcile.ts';
import { Recount } from './recount.ts';
import { addsUp, tally, type Tally } from './report.ts';
import { send } from './send.ts';
import type { Outcome, State, StateFile } from './state.ts';

export interface RunOptions {
  sales: Sales;
  state: State;
  file: StateFile;
  api: Api;
  credentials: Credentials;
  batch: number;
  /** What one unit of the source's currency is worth in the base currency; null: as the programme says. */
  rate: string | null;
}

export interface RunResult {
  tally: Tally;
  chain: Chain;
  reconciliation: Reconciliation;
  /** Every row has its end, the ledger is intact, and nothing differs. */
  holds: boolean;
  /** Everything that was sent had been recorded before. */
  nothingChanged: boolean;
}

const READERS = 4;

export async function run(options: RunOptions): Promise<RunResult> {
  const { sales, state, file, api, credentials } = options;
  const locations = state.settings.tills.map(({ location }) => location);
  const programme = await readProgramme(api, credentials.operator.key, locations);
  const rate = options.rate ?? rateOfDay(programme, state);
  await file.flush();
  const plan = planOf(options);
  const skipped = Object.keys(state.outcomes).length;
  await enrolCustomers(options);
  await sendInvoices(options, plan);
  state.finished = true;
  await file.flush();

  const recounted = new Recount(sales.invoices, {
    refused: refusedInvoices(sales.invoices, state.outcomes),
    rate,
    rule: programme.rule,
  });
  const chain = await readChain(api, credentials.operator.key);
  const accounts = await readAccounts(options);
  const reconciliation = reconcile(sales.invoices, state.outcomes, recounted, accounts, programme.ladder);
  const counted = tally(sales, state.outcomes);
  const recordedNow = Object.values(state.outcomes).some(
    (outcome) => outcome.state === 'RECORDED' && !outcome.replayed,
  );
  return {
    tally: counted,
    chain,
    reconciliation,
    holds: addsUp(counted) && chain.intact && reconciliation.differences.length === 0,
    nothingChanged: !recordedNow && skipped === 0 && api.retries === 0,
  };
}

/** The programme's rate on the day on which the source's receipts end. */
function rateOfDay(programme: Programme, { settings, firstRunAt }: State): string {
  const { currency, endDate } = settings;
  const day = endDate === null || endDate === 'keep' ? firstRunAt.slice(0, 10) : endDate;
  const rate = rateOn(programme, currency, day);
  if (rate !== null) return rate;
  throw new Error(`The programme has no rate of ${currency} on ${day}.`);
}

function planOf({ sales, state }: RunOptions): Planned[] {
  const { zone, endDate, tills } = state.settings;
  const times = moments(
    sales.invoices.map((invoice) => invoice.wall),
    {
      zone,
      endDate: endDate === 'keep' ? null : (endDate ?? dayAt(state.firstRunAt, zone)),
      notAfter: endDate === null ? state.firstRunAt : null,
    },
  );
  return planned(sales.invoices, times, tills.length);
}

async function enrolCustomers({ sales, state, credentials, api }: RunOptions): Promise<void> {
  const customers = [...new Set(sales.invoices.flatMap(({ customer }) => (customer === null ? [] : [customer])))];
  const shown = progress('Enrolling', 'customers', customers.length);
  const key = keyOf(credentials, state.settings.tills[0]!);
  const { members, refused } = await enrol(api, key, sales.hash, customers, () => shown.step());
  shown.done();
  const forgotten = customers.some(
    (customer) => customer in state.members && state.members[customer] !== members[customer],
  );
  if (forgotten) state.outcomes = {};
  state.members = members;
  for (const { number, customer } of sales.invoices) {
    if (customer !== null && customer in refused) state.outcomes[number] = refusedOutcome(refused[customer]!);
  }
}

const refusedOutcome = (code: string): Outcome => ({
  state: 'REFUSED',
  replayed: false,
  purchaseId: null,
  points: 0,
  lines: [],
  code,
});

async function sendInvoices(
  { sales, state, file, api, credentials, batch }: RunOptions,
  plan: Planned[],
): Promise<void> {
  const { tills, currency } = state.settings;
  const open = plan.filter(({ invoice }) => !(invoice.number in state.outcomes));
  const shown = progress('Sending', 'invoices', plan.length, plan.length - open.length);
  await send(api, open, {
    hash: sales.hash,
    currency,
    tills,
    receipts: new Map(plan.map((each) => [each.invoice.number, each])),
    batch,
    keyOfTill: (till) => keyOf(credentials, tills[till]!),
    onOutcome({ invoice }, outcome) {
      state.outcomes[invoice.number] = outcome;
      shown.step();
    },
    onBatch: () => file.touch(),
  });
  shown.done();
}

async function readAccounts({ state, api, credentials }: RunOptions): Promise<Account[]> {
  const { key } = credentials.operator;
  const accounts: Account[] = [];
  const entries = Object.entries(state.members);
  const shown = progress('Reading back', 'members', entries.length);
  const waiting = entries.values();
  const reader = async () => {
    for (const [customer, id] of waiting) {
      accounts.push({ customer, ledger: await readMember(api, key, id) });
      shown.step();
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  shown.done();
  return accounts;
}
