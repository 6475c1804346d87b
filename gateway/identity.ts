// Credentials → viewer. A key is known by its hash to partners; tokens are read as rooms read them.
import type { IncomingHttpHeaders } from 'node:http';
import { clientViewer, keyHash } from '../subgraphs/shared/api-clients.ts';
import { isKeyText } from '../subgraphs/shared/api-key.ts';
import { bearerOf, CredentialRefused, tokenViewer, type TokenParts } from '../subgraphs/shared/credential.ts';
import type { Viewer } from '../subgraphs/shared/viewer.ts';

const CREDENTIAL_MAX = 8_192;

export interface Identity {
  /**
   * Throws `CredentialRefused`; without a credential the viewer is anonymous. `mayLookUp` false refuses a key that is not
   * remembered.
   */
  viewer(headers: IncomingHttpHeaders, requestId: string, mayLookUp?: boolean): Promise<Viewer>;
}

export const ANONYMOUS: Viewer = { kind: 'anonymous', space: '', owner: 'anonymous', scopes: [] };

function credential(headers: IncomingHttpHeaders): string | null {
  const given = headers['x-api-key'];
  const bearer = bearerOf(headers.authorization);
  if (bearer !== undefined && given !== undefined && bearer !== given) {
    throw new CredentialRefused('Two credentials came: send Authorization or x-api-key.');
  }
  const found = bearer ?? (Array.isArray(given) ? given[0] : given);
  if (found !== undefined && found.length > CREDENTIAL_MAX) throw new CredentialRefused('The credential is too long.');
  return found ?? null;
}

export function identity(parts: TokenParts): Identity {
  const { clients } = parts;
  const byToken = tokenViewer(parts);

  async function byKey(key: string, requestId: string, mayLookUp: boolean): Promise<Viewer> {
    const hash = keyHash(key);
    const known = isKeyText(key) && (mayLookUp || clients.isRemembered(hash));
    const facts = known ? await clients.byKeyHash(hash, requestId) : null;
    if (facts === null) throw new CredentialRefused('The API key is unknown, expired or revoked.');
    return clientViewer(facts, facts.scopes);
  }

  return {
    async viewer(headers, requestId, mayLookUp = true) {
      const given = credential(headers);
      if (given === null) return ANONYMOUS;
      return given.startsWith('lyl_') ? byKey(given, requestId, mayLookUp) : byToken(given, requestId);
    },
  };
}
