// Short tokens of api clients. A token carries the hash of the key that it was got with and is looked up as the key is:
// it ends with the key, and can never do more.
import { randomUUID } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose';
import { ALGORITHM, type SigningKeys } from './signing-keys.ts';

const ISSUER = 'urn:loyalty:gateway';
const AUDIENCE = 'loyalty';
/** RFC 9068: no other kind of token is taken for one of these. */
const TYPE = 'at+jwt';
export const TOKEN_SECONDS = 600;

export interface ClientClaims {
  clientId: string;
  /** SHA-256 of the key, as partners knows it. */
  hash: string;
  scopes: string[];
}

export interface ClientTokens {
  issue(claims: ClientClaims): Promise<string>;
  /** Whether it says that it is ours. */
  isOne(token: string): boolean;
  /** Throws an error of jose when it does not hold. */
  verify(token: string): Promise<ClientClaims>;
}

export function clientTokens(keys: SigningKeys): ClientTokens {
  return {
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
    isOne(token) {
      try {
        return decodeJwt(token).iss === ISSUER;
      } catch {
        return false;
      }
    },
    async verify(token) {
      const { payload } = await jwtVerify(
        token,
        async ({ kid }) => {
          const key = (await keys.published()).find((published) => published.kid === kid);
          if (key === undefined) throw new errors.JWKSNoMatchingKey();
          return key.public;
        },
        {
          issuer: ISSUER,
          audience: AUDIENCE,
          typ: TYPE,
          algorithms: [ALGORITHM],
          requiredClaims: ['exp'],
          clockTolerance: 5,
        },
      );
      const { sub = '', scope, key_sha256: hash } = payload;
      return { clientId: sub, hash: String(hash), scopes: String(scope).split(' ') };
    },
  };
}
