// Reads back what the ledger says, with the operator's credential: its proof, and each member's tier, balance and purchases.
import type { Api } from './api.ts';
import { ENTRIES, LEDGER_VERIFY, MEMBER } from './documents.ts';

/** The only currency in which the programme's purchases earn. */
const CURRENCY = 'points';
/** Entries that purchases and returns make; all others come from elsewhere. */
const OF_PURCHASES = new Set(['EARN', 'ACTIVATE', 'REVERSE']);

export interface Chain {
  intact: boolean;
  walletCount: number;
  entryCount: number;
  firstBreak: { reason: string } | null;
}

export interface LedgerPurchase {
  id: string;
  total: { amount: string };
  returned: { amount: string };
  entries: { amount: number }[];
}

export interface LedgerMember {
  tier: string | null;
  /** Pending + available + held - deficit. */
  balance: number;
  purchases: LedgerPurchase[];
}

interface PageInfo {
  hasNextPage: boolean;
  endCursor: string | null;
}

interface Page<Node> {
  nodes: Node[];
  pageInfo: PageInfo;
}

interface MemberAnswer {
  member: {
    tier: { code: string } | null;
    wallet: { available: number; pending: number; held: number; deficit: number } | null;
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
    const { member }: MemberAnswer = await api.ask(key, MEMBER, { id, currency: CURRENCY, after });
    if (!member?.wallet || !member.purchases) return null;
    purchases.push(...member.purchases.nodes);
    const { hasNextPage, endCursor }: PageInfo = member.purchases.pageInfo;
    if (!hasNextPage) {
      const { available, pending, held, deficit } = member.wallet;
      return { tier: member.tier?.code ?? null, balance: available + pending + held - deficit, purchases };
    }
    after = endCursor;
  }
}

/** Points that a member got or lost otherwise than by purchases and returns: adjusted, spent, expired. */
export async function readElsewhere(api: Api, key: string, id: string): Promise<number> {
  let points = 0;
  for (let after: string | null = null; ;) {
    const answer: { member: { ledger: Page<{ kind: string; amount: number }> } } = await api.ask(key, ENTRIES, {
      id,
      currency: CURRENCY,
      after,
    });
    const { nodes, pageInfo } = answer.member.ledger;
    for (const entry of nodes) if (!OF_PURCHASES.has(entry.kind)) points += entry.amount;
    if (!pageInfo.hasNextPage) return points;
    after = pageInfo.endCursor;
  }
}
