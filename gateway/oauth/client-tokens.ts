// Short tokens of api clients, as they are made here.
import { randomUUID } from 'node:crypto';
import { errors, SignJWT } from 'jose';
import {
  ALGORITHM,
  AUDIENCE,
  clientTokenReader,
  ISSUER,
  TYPE,
  type ClientClaims,
  type ClientTokenReader,
} from '../../subgraphs/shared/client-token.ts';
import type { SigningKeys } from './signing-keys.ts';

export const TOKEN_SECONDS = 600;

export interface ClientTokens extends ClientTokenReader {
  issue(claims: ClientClaims): Promise<string>;
}

export function clientTokens(keys: SigningKeys): ClientTokens {
  return {
    ...clientTokenReader(async ({ kid }) => {
      const key = (await keys.published()).find((published) => published.kid === kid);
      if (key === undefined) throw new errors.JWKSNoMatchingKey();
      return key.public;
    }),
    async issue({ clientId, hash, scopes }) {
      const { kid, private: key } = await keys.current();
      return new SignJWT({ client_id: clientId, scope: scopes.join(' '), key_sha256: hash })
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: TYPE })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(clientId)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${TOKEN_SECONDS}s`)
        .sign(key);
    },
  };
}
