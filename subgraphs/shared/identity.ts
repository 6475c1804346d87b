// The signed identity between processes: who asks, for whom, and which body it belongs to. 30 s at most.
// Each audience has its own key, derived from one secret: a room can be given its own key only.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { jwtVerify, SignJWT } from 'jose';
import type { RoomName } from './config.ts';
import { keptText } from './kept.ts';
import { Forbidden, type Viewer } from './viewer.ts';

export const IDENTITY_HEADER = 'x-loyalty-identity';

const bodyHash = (body: string | Buffer) => createHash('sha256').update(body).digest('base64url');

export interface Identities {
  sign(audience: RoomName, viewer: Viewer, body: string): Promise<string>;
  /** Throws `UNAUTHENTICATED` for anything but a fresh token for this room and this body. */
  verify(audience: RoomName, token: string | undefined, body: Buffer): Promise<Viewer>;
}

export function identities(secret: string): Identities {
  const key = (audience: RoomName) => createHmac('sha256', secret).update(`identity:${audience}`).digest();
  return {
    sign: (audience, viewer, body) =>
      new SignJWT({ viewer: { ...viewer }, body: bodyHash(body) })
        .setProtectedHeader({ alg: 'HS256' })
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('30s')
        .sign(key(audience)),
    async verify(audience, token, body) {
      if (token === undefined) throw new Forbidden('UNAUTHENTICATED', 'Only the gateway and other rooms may ask here.');
      try {
        const { payload } = await jwtVerify(token, key(audience), { audience, algorithms: ['HS256'] });
        if (payload['body'] !== bodyHash(body)) throw new Error('the body is another');
        return payload['viewer'] as Viewer;
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
