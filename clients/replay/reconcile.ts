// Compares what the ledger says with the recount, invoice by invoice and member by member. A member who bought more than this source tells
// is compared purchase by purchase: its returns may have found those other purchases, and its tier counts them.
import { Big } from 'big.js';
import type { Invoice } from './invoice.ts';
import type { LedgerMember } from './ledger.ts';
import { tierOf, type Recount } from './recount.ts';
import type { Outcome } from './state.ts';

export interface Difference {
  who: string;
  what: string;
  expected: string;
  actual: string;
}

export interface Account {
  customer: string;
  /** Null when the ledger does not know the member. */
  ledger: LedgerMember | null;
  /** Points that came from elsewhere than purchases; asked for only where the balance is another than expected. */
  elsewhere: number;
}

export interface Reconciliation {
  differences: Difference[];
  /** Members who bought more than this source tells. */
  shared: number;
  /** Members who have points from elsewhere than purchases, or lost some. */
  adjusted: number;
  /** Points that the members have from this source, by the ledger and by the recount. */
  points: number;
  expectedPoints: number;
  /** Members by the code of their tier. */
  tiers: Record<string, number>;
}

/** What a return without a match is refused with: the recount foresees these. */
const MATCHING = new Set(['RETURN_UNMATCHED', 'RETURN_EXCEEDS_PURCHASE']);

/** Invoices that the recount leaves out, because the server refused them for what it alone can judge. */
export const refusedInvoices = (invoices: Invoice[], outcomes: Record<string, Outcome>): Set<string> =>
  new Set(
    invoices
      .filter(({ number, kind }) => {
        const outcome = outcomes[number];
        return outcome?.state === 'REFUSED' && !(kind === 'RETURN' && MATCHING.has(outcome.code ?? ''));
      })
      .map((invoice) => invoice.number),
  );

export function reconcile(
  invoices: Invoice[],
  outcomes: Record<string, Outcome>,
  recount: Recount,
  accounts: Account[],
): Reconciliation {
  const differences: Difference[] = [];
  const differ: Differ = (who, what, expected, actual) => {
    if (expected !== actual) differences.push({ who, what, expected: String(expected), actual: String(actual) });
  };
  const invoiceOf = new Map(Object.entries(outcomes).map(([number, { purchaseId }]) => [purchaseId, number]));
  const isShared = ({ ledger }: Account) => ledger?.purchases.some((purchase) => !invoiceOf.has(purchase.id)) ?? false;
  const shared = new Set(accounts.filter(isShared).map((account) => account.customer));

  let points = 0;
  let expectedPoints = 0;
  for (const account of accounts) {
    const compared = compareAccount(account, shared.has(account.customer), recount, invoiceOf, differ);
    points += compared.points;
    expectedPoints += compared.expected;
  }
  for (const invoice of invoices) {
    const outcome = outcomes[invoice.number];
    if (outcome === undefined) differ(`invoice ${invoice.number}`, 'sent', 'yes', 'no');
    else if (invoice.kind === 'PURCHASE' || invoice.customer === null || !shared.has(invoice.customer)) {
      compareInvoice(invoice, outcome, recount, differ);
    }
  }

  const tiers: Record<string, number> = {};
  for (const { ledger } of accounts) {
    const tier = ledger?.tier ?? 'none';
    tiers[tier] = (tiers[tier] ?? 0) + 1;
  }
  return {
    differences,
    shared: shared.size,
    adjusted: accounts.filter((account) => account.elsewhere !== 0).length,
    points,
    expectedPoints,
    tiers,
  };
}

type Differ = (who: string, what: string, expected: string | number, actual: string | number) => void;

/** Points that the member's purchases of this source gave, and what they should have given. */
function compareAccount(
  { customer, ledger, elsewhere }: Account,
  shared: boolean,
  recount: Recount,
  invoiceOf: Map<string | null, string>,
  differ: Differ,
): { points: number; expected: number } {
  const who = `member ${customer}`;
  const member = recount.member(customer);
  const missing = new Set(member.invoices);
  const sum = { points: 0, expected: 0 };
  for (const { id, total, returned, entries } of ledger?.purchases ?? []) {
    const invoice = invoiceOf.get(id);
    const counted = invoice === undefined ? undefined : recount.purchases.get(invoice);
    if (invoice === undefined || counted === undefined) continue;
    missing.delete(invoice);
    const kept = Big(total.amount).minus(returned.amount);
    const points = entries.reduce((given, entry) => given + entry.amount, 0);
    const expected = shared ? recount.pointsFor(kept) : counted.points;
    sum.points += points;
    sum.expected += expected;
    differ(`purchase ${invoice}`, 'total', counted.total.toFixed(2), Big(total.amount).toFixed(2));
    if (!shared) differ(`purchase ${invoice}`, 'kept', counted.kept.toFixed(2), kept.toFixed(2));
    differ(`purchase ${invoice}`, 'points', expected, points);
  }
  for (const invoice of missing) {
    sum.expected += recount.purchases.get(invoice)!.points;
    differ(`purchase ${invoice}`, 'in the ledger', 'yes', 'no');
  }
  if (ledger === null) differ(who, 'known to the ledger', 'yes', 'no');
  else if (!shared) {
    differ(who, 'balance', member.points + elsewhere, ledger.balance);
    differ(who, 'tier', tierOf(member.spend), ledger.tier ?? 'none');
  }
  return sum;
}

function compareInvoice(invoice: Invoice, outcome: Outcome, recount: Recount, differ: Differ): void {
  const who = `invoice ${invoice.number}`;
  const points = recount.points.get(invoice.number);
  if (points === undefined) return;
  differ(who, 'points answered', points, outcome.points);
  const returned = recount.returned.get(invoice.number);
  if (returned === undefined || (outcome.state === 'RECORDED' && outcome.lines.length === 0)) return;
  returned.forEach((quantity, index) => {
    differ(who, `returned of line ${index + 1}`, quantity, Big(outcome.lines[index]?.quantity ?? 0).toFixed());
  });
}
