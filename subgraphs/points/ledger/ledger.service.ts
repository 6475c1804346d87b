// The door to ledger_post, the one writer of balances. Every operation of the ledger is a posting; refusals are results.
import type { Sql } from '../../shared/database.ts';
import { encodeId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import type { Viewer } from '../../shared/viewer.ts';
import type { ActorKind, EntryKind, ExplanationRow } from './entry.entity.ts';

interface InWallet {
  member: string;
  currency: string;
  actor_kind: ActorKind;
  actor_id: string | null;
}

/** What caused a posting: at most one entry of a kind per wallet and cause. */
interface Caused {
  /** UUID of the purchase, return part or request. */
  origin: string;
  /** When it happened; the moment of recording when left out. */
  effective_at?: string;
  reason?: string;
}

export type Posting = InWallet &
  (
    | (Caused & {
        op: 'credit';
        kind: Extract<EntryKind, 'EARN' | 'ADJUST'>;
        amount: number;
        earned_at: string;
        activates_at?: string;
        expires_at: string | null;
        /** UUID of the partner that pays for it; null: the programme. */
        funder: string | null;
        rule_version?: string;
        explanation?: ExplanationRow;
      })
    | (Caused & { op: 'debit'; kind: Extract<EntryKind, 'SPEND' | 'ADJUST'>; amount: number })
    | { op: 'hold'; asker: string; amount: number; for_purchase?: boolean }
    | { op: 'capture' | 'release'; asker: string; amount?: number | null }
    | (Caused & { op: 'restore'; asker: string; amount: number; rule_version?: string })
    | (Caused & { op: 'reverse'; reverses: string })
    | (Caused & {
        op: 'reverse';
        /** UUID of the purchase whose EARN is taken back. */
        undoes: string;
        amount: number;
        rule_version?: string;
        explanation?: ExplanationRow;
      })
  );

export type HoldState = 'HELD' | 'CAPTURED' | 'RELEASED';

export interface Posted {
  refusal: string | null;
  entryIds: string[];
  holdId: string | null;
  holdState: HoldState | null;
}

/** Posts in order, in the caller's transaction; one answer per posting. */
export async function post(tx: Sql, postings: Posting[]): Promise<Posted[]> {
  if (postings.length === 0) return [];
  return tx.query<Posted[]>(
    `select refusal, entry_ids "entryIds", hold_id "holdId", hold_is "holdState" from ledger_post($1) order by posting`,
    [JSON.stringify(postings)],
  );
}

const REFUSALS: Record<string, string> = {
  INSUFFICIENT_POINTS: 'Fewer points are available than asked for.',
  AMOUNT_INVALID: 'A wallet holds at most 2^53 − 1.',
  HOLD_NOT_OPEN: 'No hold is open under this id.',
  HOLD_EXCEEDED: 'The amount is more than what is still held.',
  ENTRY_NOT_REVERSIBLE: 'There is no such entry, or nothing of it is left to reverse.',
  IDEMPOTENCY_KEY_REUSED: 'This idempotencyKey was used with another input.',
};

/** Posts one and throws its refusal. */
export async function postOne(tx: Sql, posting: Posting): Promise<Posted> {
  const [posted] = await post(tx, [posting]);
  const { refusal } = posted!;
  if (refusal !== null) throw new Refused(refusal, REFUSALS[refusal] ?? refusal);
  return posted!;
}

const ACTORS: Record<Viewer['kind'], ActorKind> = {
  member: 'MEMBER',
  till: 'CHANNEL',
  partner: 'PARTNER',
  operator: 'OPERATOR',
  room: 'SYSTEM',
  anonymous: 'SYSTEM',
};

/** Who did it, as entries keep it. */
export function actorOf(viewer: Viewer): { actor_kind: ActorKind; actor_id: string | null } {
  const id =
    viewer.kind === 'member' && viewer.memberId !== undefined ? encodeId('mbr', viewer.memberId) : viewer.owner;
  return { actor_kind: ACTORS[viewer.kind], actor_id: id };
}
