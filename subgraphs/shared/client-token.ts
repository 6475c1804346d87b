// An api client's short token, as whoever has the published keys reads it. It carries the hash of the key that it was
// got with and is looked up as the key is: it ends with the key, and can never do more.
import { decodeJwt, jwtVerify, type JWTVerifyGetKey } from 'jose';

export const ISSUER = 'urn:loyalty:gateway';
export const AUDIENCE = 'loyalty';
export const ALGORITHM = 'EdDSA';
/** RFC 9068: no other kind of token is taken for one of these. */
export const TYPE = 'at+jwt';

export interface ClientClaims {
  clientId: string;
  /** SHA-256 of the key, as partners knows it. */
  hash: string;
  scopes: string[];
}

export interface ClientTokenReader {
  /** Whether it says that it is ours. */
  isOne(token: string): boolean;
  /** Throws an error of jose when it does not hold. */
  verify(token: string): Promise<ClientClaims>;
}

/** `key` gives the published key that a token names. */
export function clientTokenReader(key: JWTVerifyGetKey): ClientTokenReader {
  return {
    isOne(token) {
      try {
        return decodeJwt(token).iss === ISSUER;
      } catch {
        return false;
      }
    },
    async verify(token) {
      const { payload } = await jwtVerify(token, key, {
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: TYPE,
        algorithms: [ALGORITHM],
        requiredClaims: ['exp'],
        clockTolerance: 5,
      });
      const { sub = '', scope, key_sha256: hash } = payload;
      return { clientId: sub, hash: String(hash), scopes: String(scope).split(' ') };
    },
  };
}
