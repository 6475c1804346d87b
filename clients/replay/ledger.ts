// Reads back what the ledger says, with the operator's credential: its proof, and each member's tier, wallets, purchases and entries.
import type { Api } from './api.ts';
import { ENTRIES, LEDGER_VERIFY, MEMBER } from './documents.ts';

export interface Chain {
  intact: boolean;
  walletCount: number;
  entryCount: number;
  firstBreak: { reason: string } | null;
}

interface InCurrency {
  currency: { code: string };
  amount: number;
}

export interface LedgerPurchase {
  id: string;
  total: { amount: string };
  returned: { amount: string };
  entries: InCurrency[];
}

export interface LedgerEntry extends InCurrency {
  id: string;
  kind: string;
  explanation: { steps: { amount: number | null }[] } | null;
}

export interface LedgerMember {
  tier: string | null;
  /** Pending + available + held - deficit, by currency. */
  balances: Record<string, number>;
  purchases: LedgerPurchase[];
  entries: LedgerEntry[];
}

interface PageInfo {
  hasNextPage: boolean;
  endCursor: string | null;
}

interface Page<Node> {
  nodes: Node[];
  pageInfo: PageInfo;
}

interface Wallet {
  currency: { code: string };
  available: number;
  pending: number;
  held: number;
  deficit: number;
}

interface MemberAnswer {
  member: {
    tier: { code: string } | null;
    wallets: Wallet[] | null;
    purchases: Page<LedgerPurchase> | null;
  } | null;
}

export async function readChain(api: Api, key: string): Promise<Chain> {
  return (await api.ask<{ ledgerVerify: Chain }>(key, LEDGER_VERIFY, {})).ledgerVerify;
}

/** Null when the ledger knows no such member. */
export async function readMember(api: Api, key: string, id: string): Promise<LedgerMember | null> {
  const purchases: LedgerPurchase[] = [];
  for (let after: string | null = null; ;) {
    const { member }: MemberAnswer = await api.ask(key, MEMBER, { id, after });
    if (!member?.wallets || !member.purchases) return null;
    purchases.push(...member.purchases.nodes);
    const { hasNextPage, endCursor }: PageInfo = member.purchases.pageInfo;
    if (!hasNextPage) {
      const balances = member.wallets.map(({ currency, available, pending, held, deficit }) => [
        currency.code,
        available + pending + held - deficit,
      ]);
      const tier = member.tier?.code ?? null;
      return { tier, balances: Object.fromEntries(balances), purchases, entries: await readEntries(api, key, id) };
    }
    after = endCursor;
  }
}

async function readEntries(api: Api, key: string, id: string): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (let after: string | null = null; ;) {
    const answer: { member: { ledger: Page<LedgerEntry> } } = await api.ask(key, ENTRIES, { id, after });
    const { nodes, pageInfo } = answer.member.ledger;
    entries.push(...nodes);
    if (!pageInfo.hasNextPage) return entries;
    after = pageInfo.endCursor;
  }
}
