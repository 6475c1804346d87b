// Who asks in the tests: one maker for each kind of client, with the scopes that such a client has by default.
import { randomUUID } from 'node:crypto';
import { SCOPES, type Scope, type Viewer } from '../../subgraphs/shared/viewer.ts';

export { roomViewer } from '../../subgraphs/shared/peer.ts';

const TILL_SCOPES: Scope[] = [
  'members:read',
  'members:write',
  'points:read',
  'purchases:read',
  'purchases:write',
  'rewards:read',
  'rewards:write',
];
const PARTNER_SCOPES: Scope[] = [...TILL_SCOPES, 'partners:read'];

export const operator: Viewer = { kind: 'operator', space: 'live', owner: 'key:operator', scopes: [...SCOPES] };

export const till = (partnerId: string, scopes: Scope[] = TILL_SCOPES): Viewer => ({
  kind: 'till',
  space: 'live',
  owner: `key:till:${partnerId}`,
  scopes,
  partnerId,
});

export const partner = (partnerId: string, scopes: Scope[] = PARTNER_SCOPES): Viewer => ({
  kind: 'partner',
  space: 'live',
  owner: `key:partner:${partnerId}`,
  scopes,
  partnerId,
});

/** A member's token; without a member id its subject is not enrolled yet. */
export const member = (memberId?: string, subject: string = memberId ?? randomUUID()): Viewer => ({
  kind: 'member',
  space: 'live',
  owner: `member:https://issuer.test:${subject}`,
  scopes: [],
  memberId,
  subject: { issuer: 'https://issuer.test', subject },
});

export const anonymous: Viewer = { kind: 'anonymous', space: 'live', owner: 'anonymous', scopes: [] };

/** The same client in another space. */
export const inSpace = (space: string, viewer: Viewer): Viewer => ({ ...viewer, space });
