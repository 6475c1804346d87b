// Who is asking. The gateway makes a viewer from a credential and signs it; rooms believe nothing else, unless other
// routers may ask (`router.ts`).
import { Refused } from './refusal.ts';

/** The four audiences of the API; `room` is another room or the gateway itself, `anonymous` came without a credential. */
export type ViewerKind = 'member' | 'till' | 'partner' | 'operator' | 'room' | 'anonymous';

export interface Viewer {
  kind: ViewerKind;
  /** The programme that the credential opens. */
  space: string;
  /** Owner of the credential: idempotency keys and audit are per owner. */
  owner: string;
  scopes: string[];
  /** UUID; of a member's token whose subject is enrolled. */
  memberId?: string | undefined;
  /** UUID; of tills and partners. */
  partnerId?: string | undefined;
  /** A member's token: who vouches for whom. */
  subject?: { issuer: string; subject: string } | undefined;
}

/** A request that this credential may not make: a bad request, not a refusal. */
export class Forbidden extends Error {
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';

  constructor(code: 'UNAUTHENTICATED' | 'FORBIDDEN', message: string) {
    super(message);
    this.name = 'Forbidden';
    this.code = code;
  }
}

export type Scope = (typeof SCOPES)[number];

/** Every scope that a credential can have: `<noun>:<read|write|manage>`. */
export const SCOPES = [
  'members:read',
  'members:write',
  'members:manage',
  'points:read',
  'points:goodwill',
  'points:manage',
  'purchases:read',
  'purchases:write',
  'rewards:read',
  'rewards:write',
  'rewards:manage',
  'referrals:read',
  'partners:read',
  'partners:manage',
  'ledger:verify',
] as const;

/** Scopes bound programs and staff. A member is bound by ownership, a room by the operations that are open to rooms. */
export const hasScope = (viewer: Viewer, scope: Scope): boolean =>
  viewer.kind === 'room' || viewer.kind === 'member' || viewer.scopes.includes(scope);

/** The key under which a write is remembered; refuses what is missing or no key. */
export function requireKey(key: string | null | undefined): string {
  if (key === null || key === undefined) {
    throw new Refused('IDEMPOTENCY_KEY_MISSING', 'Send an idempotencyKey: a text that names this one attempt.', {
      field: ['idempotencyKey'],
    });
  }
  return key;
}
