// The tally of a run as data, and as a table for people. Rows in = rows recorded + rows refused, or it says so.
import type { Invoice, Sales } from './invoice.ts';
import type { Chain } from './ledger.ts';
import type { Reconciliation } from './reconcile.ts';
import type { Outcome } from './state.ts';

export interface Tally {
  rows: number;
  recordedRows: number;
  /** Recorded, but less than asked for. */
  partialRows: number;
  /** Rows by the reason of their refusal. */
  refusedRows: Record<string, number>;
  purchases: number;
  returns: number;
  refusedInvoices: number;
  replayed: number;
  given: number;
  takenBack: number;
}

export function tally({ rows, invoices, refused }: Sales, outcomes: Record<string, Outcome>): Tally {
  const result: Tally = {
    rows,
    recordedRows: 0,
    partialRows: 0,
    refusedRows: {},
    purchases: 0,
    returns: 0,
    refusedInvoices: 0,
    replayed: 0,
    given: 0,
    takenBack: 0,
  };
  for (const { reason } of refused) refuse(result, reason, 1);
  for (const invoice of invoices) {
    const outcome = outcomes[invoice.number];
    if (outcome === undefined) refuse(result, 'NOT_SENT', invoice.lines.length);
    else add(result, invoice, outcome);
  }
  return result;
}

function add(result: Tally, invoice: Invoice, outcome: Outcome): void {
  if (outcome.replayed) result.replayed += 1;
  if (outcome.points > 0) result.given += outcome.points;
  else result.takenBack -= outcome.points;
  if (outcome.state === 'REFUSED') result.refusedInvoices += 1;
  else if (invoice.kind === 'PURCHASE') result.purchases += 1;
  else result.returns += 1;

  const byLine = outcome.lines.length === invoice.lines.length;
  if (!byLine) {
    if (outcome.state === 'RECORDED') result.recordedRows += invoice.lines.length;
    else refuse(result, outcome.code ?? 'UNKNOWN', invoice.lines.length);
    return;
  }
  for (const { quantity, reason } of outcome.lines) {
    if (Number(quantity) === 0) refuse(result, reason ?? outcome.code ?? 'UNKNOWN', 1);
    else result.recordedRows += 1;
    if (Number(quantity) > 0 && reason !== null) result.partialRows += 1;
  }
}

function refuse(result: Tally, reason: string, rows: number): void {
  result.refusedRows[reason] = (result.refusedRows[reason] ?? 0) + rows;
}

export const refusedRowCount = (result: Tally): number =>
  Object.values(result.refusedRows).reduce((sum, rows) => sum + rows, 0);

/** Every row has its end. */
export const addsUp = (result: Tally): boolean => result.rows === result.recordedRows + refusedRowCount(result);

type Entry = [label: string, value: number | string];

const SHOWN_DIFFERENCES = 50;

export function report(result: Tally, chain: Chain, reconciliation: Reconciliation): string {
  const tiers = Object.entries(reconciliation.tiers).toSorted(([, a], [, b]) => b - a);
  const reasons = Object.entries(result.refusedRows).toSorted(([, a], [, b]) => b - a);
  const blocks: [string, Entry[]][] = [
    [
      'Rows',
      [
        ['read', result.rows],
        ['recorded', result.recordedRows],
        ...(result.partialRows > 0 ? [['  of these in part', result.partialRows] satisfies Entry] : []),
        ['refused', refusedRowCount(result)],
        ...reasons.map(([reason, rows]): Entry => [`  ${reason}`, rows]),
      ],
    ],
    [
      'Invoices',
      [
        ['purchases', result.purchases],
        ['returns', result.returns],
        ['refused', result.refusedInvoices],
        ['in the ledger before', result.replayed],
      ],
    ],
    [
      'Points',
      [
        ['given', result.given],
        ['taken back', result.takenBack],
        ['kept', result.given - result.takenBack],
      ],
    ],
    ['Members by tier', tiers],
    ['Reconciliation', reconciled(result, chain, reconciliation)],
  ];
  const width = Math.max(...blocks.flatMap(([, entries]) => entries.map(([label]) => label.length)));
  const lines = blocks.flatMap(([title, entries]) => [
    '',
    title,
    ...entries.map(([label, value]) => row(label, value, width)),
  ]);
  return [...lines, ...listed(reconciliation), ''].join('\n');
}

const row = (label: string, value: number | string, width: number): string =>
  `  ${label.padEnd(width)}  ${typeof value === 'number' ? value.toLocaleString('en').padStart(12) : value.padStart(12)}`;

function reconciled(result: Tally, chain: Chain, reconciliation: Reconciliation): Entry[] {
  return [
    ['every row has its end', addsUp(result) ? 'yes' : 'NO'],
    ['ledger intact', chain.intact ? 'yes' : `NO: ${chain.firstBreak?.reason ?? 'unknown'}`],
    ['  wallets checked', chain.walletCount],
    ['  entries checked', chain.entryCount],
    ['points by the ledger', reconciliation.points],
    ['points by the recount', reconciliation.expectedPoints ?? 'not counted'],
    ...(reconciliation.shared > 0 ? [['members with other purchases', reconciliation.shared] satisfies Entry] : []),
    ...(reconciliation.adjusted > 0 ? [['members with other points', reconciliation.adjusted] satisfies Entry] : []),
    ['differences', reconciliation.differences.length],
  ];
}

function listed({ differences }: Reconciliation): string[] {
  if (differences.length === 0) return [];
  const shown = differences.slice(0, SHOWN_DIFFERENCES);
  const rest = differences.length - shown.length;
  return [
    '',
    'Differences',
    ...shown.map(
      ({ who, what, expected, actual }) => `  ${who}: ${what}: expected ${expected}, the ledger says ${actual}`,
    ),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}
