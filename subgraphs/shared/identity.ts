// The signed identity between processes: who asks, for whom, and which body it belongs to. 30 s at most.
// Each audience has its own key, derived from one secret: a room can be given its own key only.
import { createHmac, hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createSigner, createVerifier } from 'fast-jwt';
import { ROOMS, type RoomName } from './config.ts';
import { keptText } from './kept.ts';
import { Forbidden, type Viewer } from './viewer.ts';

export const IDENTITY_HEADER = 'x-loyalty-identity';

const FRESH_MS = 30_000;
const CLAIMS = ['aud', 'iat', 'exp', 'body', 'viewer'];

const bodyHash = (body: string | Buffer) => hash('sha256', body, 'base64url');

export interface Identities {
  sign(audience: RoomName, viewer: Viewer, body: string): string;
  /** Throws `UNAUTHENTICATED` for anything but a fresh token for this room and this body. */
  verify(audience: RoomName, token: string | undefined, body: Buffer): Viewer;
}

/** How tokens for one room are made and read. */
function signature(secret: string, audience: RoomName) {
  const key = createHmac('sha256', secret).update(`identity:${audience}`).digest();
  return {
    sign: createSigner({ key, algorithm: 'HS256', aud: audience, expiresIn: FRESH_MS }),
    verify: createVerifier({
      key,
      algorithms: ['HS256'],
      allowedAud: audience,
      requiredClaims: CLAIMS,
      maxAge: FRESH_MS,
    }) as (token: string) => { body: string; viewer: Viewer },
  };
}

export function identities(secret: string): Identities {
  const signatures = new Map(ROOMS.map((room) => [room, signature(secret, room)]));
  return {
    sign: (audience, viewer, body) => signatures.get(audience)!.sign({ viewer, body: bodyHash(body) }),
    verify(audience, token, body) {
      if (token === undefined) throw new Forbidden('UNAUTHENTICATED', 'Only the gateway and other rooms may ask here.');
      try {
        const signed = signatures.get(audience)!.verify(token);
        if (signed.body !== bodyHash(body)) throw new Error('the body is another');
        return signed.viewer;
      } catch (error) {
        throw new Forbidden('UNAUTHENTICATED', `The signed identity does not hold: ${(error as Error).message}.`);
      }
    },
  };
}

/** The secret of the configuration, or one made once and kept under the data folder. */
export function identitySecret(given: string | null, dataDir: string): string {
  if (given !== null) return given;
  return keptText(join(dataDir, 'identity.secret'), () => randomBytes(32).toString('hex'));
}
