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
  /** Moves the wallet's inactivity expiry on to here; null or left out: what is posted is no activity. */
  idle_until?: string | null;
}

/** The request key under which a posting happens once; `input_hash` in hexadecimal. */
export interface RequestKey {
  owner: string;
  mutation: string;
  key: string;
  input_hash: string;
}

/** What caused a posting: at most one entry of a kind per wallet and cause. */
interface Caused extends Partial<RequestKey> {
  /** UUID of the purchase, return part or request. */
  origin: string;
  /** When it happened; the moment of recording when left out. */
  effective_at?: string;
  reason?: string;
  rule_version?: string;
  explanation?: ExplanationRow;
}

/** A credit, of one lot unless it says `lots`. */
export interface Credit extends InWallet, Caused {
  op: 'credit';
  kind: Extract<EntryKind, 'EARN' | 'ADJUST'>;
  amount: number;
  earned_at: string;
  activates_at?: string | null;
  /** Pending until it is confirmed; cancelled at this moment. */
  cancels_at?: string | null;
  expires_at: string | null;
  /** UUID of the partner that pays for it; null: the programme. */
  funder: string | null;
  /** The lots that it makes, where their terms differ; `amount` is their sum. */
  lots?: Pick<Credit, 'amount' | 'earned_at' | 'activates_at' | 'cancels_at' | 'expires_at' | 'funder'>[];
}

/** Where points come back past their expiry, they last until then; null or left out: they expire at once. */
interface Graced {
  grace_until?: string | null;
}

export type Posting =
  | Credit
  | (InWallet &
      (
        | (Caused & { op: 'debit'; kind: Extract<EntryKind, 'SPEND' | 'ADJUST'>; amount: number })
        | {
            op: 'hold';
            asker: string;
            amount: number;
            for_purchase?: boolean;
            /** When it ends by itself, and until when what is past its expiry then lasts. */
            lapses_at?: string | null;
            lapse_grace?: string | null;
            /** UUID of the partner whose purchases alone may capture it; null: any. */
            taker?: string | null;
          }
        | (Graced & { op: 'capture' | 'release'; asker: string; amount?: number | null })
        | (Caused & Graced & { op: 'restore'; asker: string; amount: number })
        | (Caused & Graced & { op: 'reverse'; reverses: string })
        | (Caused & {
            op: 'reverse';
            /** UUID of the purchase whose EARN is taken back. */
            undoes: string;
            amount: number;
            /** So much of each of its lots; their sum is `amount`. Left out: of the first ones. */
            lots?: { n: number; amount: number }[];
            /** What the member may owe afterwards; null: no limit. Beyond, it is refused, or with `clamp` lost. */
            deficit_max: number | null;
            clamp: boolean;
          })
        | (Caused & {
            op: 'confirm';
            undoes: string;
            expires_at: string | null;
            /** Of each lot of the credit in turn, where they differ. */
            lots?: { expires_at: string | null }[];
          })
        | (Caused & {
            op: 'transfer';
            amount: number;
            fee: number;
            to_member: string;
            to_currency: string;
            to_amount: number;
            to_idle_until?: string | null;
          })
      ));

export type HoldState = 'HELD' | 'CAPTURED' | 'RELEASED';

export interface Posted {
  refusal: string | null;
  entryIds: string[];
  holdId: string | null;
  holdState: HoldState | null;
  /** True when it had happened before. */
  replayed: boolean;
}

const POSTED = `refusal, entry_ids "entryIds", hold_id "holdId", hold_is "holdState", replayed`;

/** From so many on, credits are cheaper posted at once: to begin costs as much as a dozen one by one. */
const MANY = 12;

/** Posts in order, in the caller's transaction; one answer per posting. */
export async function post(tx: Sql, postings: Posting[]): Promise<Posted[]> {
  if (postings.length === 0) return [];
  const many =
    postings.length >= MANY && postings.every((posting) => posting.op === 'credit' && posting.lots === undefined);
  return tx.query<Posted[]>(
    `select ${POSTED} from ${many ? 'ledger_credit' : 'ledger_post'}($1::jsonb) order by posting`,
    [JSON.stringify(postings)],
  );
}

const REFUSALS: Record<string, string> = {
  INSUFFICIENT_POINTS: 'Fewer points are available than asked for.',
  AMOUNT_INVALID: 'A wallet holds at most 2^53 − 1.',
  HOLD_NOT_OPEN: 'No hold is open under this id.',
  HOLD_EXCEEDED: 'The amount is more than what is still held.',
  ENTRY_NOT_REVERSIBLE: 'There is no such entry, or nothing of it is left to reverse.',
  ENTRY_NOT_PENDING: 'Nothing of this waits for a confirmation.',
  DEFICIT_EXCEEDED: 'The member would owe more than the programme allows.',
  IDEMPOTENCY_KEY_REUSED: 'This idempotencyKey was used with another input.',
};

/** What was posted, or its refusal thrown. */
export function accepted(posted: Posted): Posted {
  const { refusal } = posted;
  if (refusal !== null) throw new Refused(refusal, REFUSALS[refusal] ?? refusal);
  return posted;
}

/** Posts one and throws its refusal. */
export const postOne = async (tx: Sql, posting: Posting): Promise<Posted> => accepted((await post(tx, [posting]))[0]!);

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
