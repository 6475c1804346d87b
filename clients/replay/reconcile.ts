// Compares what the ledger says with the recount, invoice by invoice and member by member. A member who bought more than this source tells
// is compared purchase by purchase: its returns may have found those other purchases, and its tier counts them.
import { Big } from 'big.js';
import type { Invoice } from './invoice.ts';
import type { LedgerMember } from './ledger.ts';
import type { Programme } from './programme.ts';
import type { Recount } from './recount.ts';
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
}

export interface Reconciliation {
  differences: Difference[];
  /** Members who bought more than this source tells. */
  shared: number;
  /** Members who have points from elsewhere than purchases, or lost some. */
  adjusted: number;
  /** Points that the members have from this source, by the ledger and by the recount; null: they cannot be recounted. */
  points: number;
  expectedPoints: number | null;
  /** Members by the code of their tier. */
  tiers: Record<string, number>;
}

/** Entries that purchases and returns make; all others come from elsewhere. */
const OF_PURCHASES = new Set(['EARN', 'ACTIVATE', 'REVERSE']);

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
  ladder: Programme['ladder'],
): Reconciliation {
  const differences: Difference[] = [];
  const differ: Differ = (who, what, expected, actual) => {
    if (expected !== actual) differences.push({ who, what, expected: String(expected), actual: String(actual) });
  };
  const invoiceOf = new Map(Object.entries(outcomes).map(([number, { purchaseId }]) => [purchaseId, number]));
  const isShared = ({ ledger }: Account) => ledger?.purchases.some((purchase) => !invoiceOf.has(purchase.id)) ?? false;
  const shared = new Set(accounts.filter(isShared).map((account) => account.customer));

  const invoicesOf = Map.groupBy(invoices, ({ customer }) => customer);
  let points = 0;
  let expectedPoints = 0;
  for (const account of accounts) {
    compareEntries(account, differ);
    const compared = comparePurchases(account, shared.has(account.customer), recount, invoiceOf, differ);
    points += compared.points;
    expectedPoints += compared.expected;
    if (account.ledger === null) differ(`member ${account.customer}`, 'known to the ledger', 'yes', 'no');
    else if (!shared.has(account.customer)) {
      compareMember(account.customer, account.ledger, recount, ladder, differ);
      compareAnswers(account.customer, account.ledger, invoicesOf.get(account.customer) ?? [], outcomes, differ);
    }
  }
  for (const invoice of invoices) {
    const outcome = outcomes[invoice.number];
    if (outcome === undefined) differ(`invoice ${invoice.number}`, 'sent', 'yes', 'no');
    else if (invoice.kind === 'PURCHASE' || invoice.customer === null || !shared.has(invoice.customer)) {
      compareInvoice(invoice, outcome, recount, differ);
    }
  }

  return {
    differences,
    shared: shared.size,
    adjusted: accounts.filter(({ ledger }) => ledger !== null && elsewhere(ledger, recount) !== 0).length,
    points,
    expectedPoints: recount.rule === null ? null : expectedPoints,
    tiers: membersByTier(accounts),
  };
}

function membersByTier(accounts: Account[]): Record<string, number> {
  const tiers: Record<string, number> = {};
  for (const { ledger } of accounts) {
    const tier = ledger?.tier ?? 'none';
    tiers[tier] = (tiers[tier] ?? 0) + 1;
  }
  return tiers;
}

type Differ = (who: string, what: string, expected: string | number, actual: string | number) => void;

/** Whatever the programme: wallets are the sum of their entries, and entries the sum of what explains them. */
function compareEntries({ customer, ledger }: Account, differ: Differ): void {
  if (ledger === null) return;
  const sums = Object.fromEntries(Object.keys(ledger.balances).map((code) => [code, 0]));
  for (const { id, amount, currency, explanation } of ledger.entries) {
    sums[currency.code] = (sums[currency.code] ?? 0) + amount;
    if (explanation === null) continue;
    const explained = explanation.steps.reduce((sum, step) => sum + (step.amount ?? 0), 0);
    differ(`entry ${id} of member ${customer}`, 'amount by its explanation', explained, amount);
  }
  for (const [code, sum] of Object.entries(sums)) {
    differ(`member ${customer}`, `${code} by the entries`, sum, ledger.balances[code] ?? 0);
  }
}

const sumOf = (entries: { amount: number }[]): number => entries.reduce((sum, { amount }) => sum + amount, 0);

/** Points that a member got or lost otherwise than by purchases and returns: adjusted, spent, expired. */
const elsewhere = ({ entries }: LedgerMember, { rule }: Recount): number =>
  sumOf(entries.filter(({ kind, currency }) => currency.code === rule?.currency && !OF_PURCHASES.has(kind)));

/** What tills were told is what the member has, bonuses of reached tiers included. */
function compareAnswers(
  customer: string,
  { entries }: LedgerMember,
  invoices: Invoice[],
  outcomes: Record<string, Outcome>,
  differ: Differ,
): void {
  const answered = invoices.reduce((sum, { number }) => sum + (outcomes[number]?.points ?? 0), 0);
  const given = sumOf(entries.filter(({ kind }) => OF_PURCHASES.has(kind)));
  differ(`member ${customer}`, 'points answered', given, answered);
}

function compareMember(
  customer: string,
  ledger: LedgerMember,
  recount: Recount,
  ladder: Programme['ladder'],
  differ: Differ,
): void {
  const { points, spend } = recount.member(customer);
  if (recount.rule !== null) {
    differ(
      `member ${customer}`,
      'balance',
      points + elsewhere(ledger, recount),
      ledger.balances[recount.rule.currency] ?? 0,
    );
  }
  const tier = ladder?.find((level) => spend.gte(level.spend));
  if (tier !== undefined) differ(`member ${customer}`, 'tier', tier.code, ledger.tier ?? 'none');
}

/** Points that the member's purchases of this source gave, and what they should have given. */
function comparePurchases(
  { customer, ledger }: Account,
  shared: boolean,
  recount: Recount,
  invoiceOf: Map<string | null, string>,
  differ: Differ,
): { points: number; expected: number } {
  const missing = new Set(recount.member(customer).invoices);
  const sum = { points: 0, expected: 0 };
  for (const { id, total, returned, entries } of ledger?.purchases ?? []) {
    const invoice = invoiceOf.get(id);
    const counted = invoice === undefined ? undefined : recount.purchases.get(invoice);
    if (invoice === undefined || counted === undefined) continue;
    missing.delete(invoice);
    const kept = Big(total.amount).minus(returned.amount);
    const points = sumOf(entries);
    const expected = shared ? recount.pointsFor(kept) : counted.points;
    sum.points += points;
    sum.expected += expected;
    differ(`purchase ${invoice}`, 'total', counted.total.toFixed(2), Big(total.amount).toFixed(2));
    if (!shared) differ(`purchase ${invoice}`, 'kept', counted.kept.toFixed(2), kept.toFixed(2));
    if (recount.rule !== null) differ(`purchase ${invoice}`, 'points', expected, points);
  }
  for (const invoice of missing) {
    sum.expected += recount.purchases.get(invoice)!.points;
    differ(`purchase ${invoice}`, 'in the ledger', 'yes', 'no');
  }
  return sum;
}

function compareInvoice(invoice: Invoice, outcome: Outcome, recount: Recount, differ: Differ): void {
  const who = `invoice ${invoice.number}`;
  const points = recount.points.get(invoice.number);
  if (points === undefined) return;
  if (recount.rule !== null) differ(who, 'points answered', points, outcome.points);
  const returned = recount.returned.get(invoice.number);
  if (returned === undefined || (outcome.state === 'RECORDED' && outcome.lines.length === 0)) return;
  returned.forEach((quantity, index) => {
    differ(who, `returned of line ${index + 1}`, quantity, Big(outcome.lines[index]?.quantity ?? 0).toFixed());
  });
}
