// The demo's own issuer of member tokens. It vouches for any subject, so it answers to this machine only.
import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { calculateJwkThumbprint, createLocalJWKSet, importJWK, SignJWT, type JWK } from 'jose';
import { z } from 'zod';
import type { TokenIssuer } from '../subgraphs/shared/credential.ts';
import { keptText } from '../subgraphs/shared/kept.ts';
import { HttpRefusal, readBody, readJson, sendJson } from './http.ts';
import type { Route } from './server.ts';

const ISSUER = 'urn:loyalty:demo';
const AUDIENCE = 'loyalty';
const BODY_MAX = 4_096;
const ASKED_TOKEN_HOURS = 1;

export interface DemoIssuer {
  /** How its tokens are verified. */
  trusted: TokenIssuer;
  token(subject: string, hours: number): Promise<{ token: string; expiresAt: string }>;
  /** `POST /demo/token` with `{"subject": "…"}`. */
  route: Route;
}

/** The pair is kept, so that tokens outlive a restart. */
function keyPair(dataDir: string): JWK {
  const { privateKey } = generateKeyPairSync('ed25519');
  const made = () => JSON.stringify(privateKey.export({ format: 'jwk' }));
  return JSON.parse(keptText(join(dataDir, 'demo-issuer.json'), made)) as JWK;
}

/** From this machine, by its own name, and not through a proxy: a page that a browser shows cannot get here. */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  const loopback = /^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '');
  const named = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(headers.host ?? '');
  return loopback && named && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}

const tokenRequest = z.strictObject({ subject: z.string().min(1).max(200) });

export async function demoIssuer(dataDir: string, space: string): Promise<DemoIssuer> {
  const pair = keyPair(dataDir);
  const { d: _, ...publicJwk } = pair;
  const kid = await calculateJwkThumbprint(publicJwk);
  const privateKey = await importJWK(pair, 'EdDSA');

  async function token(subject: string, hours: number) {
    const expiresAt = new Date(Date.now() + hours * 3_600_000);
    const signed = await new SignJWT({})
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(expiresAt)
      .sign(privateKey);
    return { token: signed, expiresAt: expiresAt.toISOString() };
  }

  return {
    trusted: {
      issuer: ISSUER,
      audience: AUDIENCE,
      space,
      keys: createLocalJWKSet({ keys: [{ ...publicJwk, kid, alg: 'EdDSA' }] }),
    },
    token,
    async route(request, response) {
      if (!isLocal(request)) throw new HttpRefusal(403, 'FORBIDDEN', 'Demo tokens are made for this machine only.');
      if (request.method !== 'POST') throw new HttpRefusal(405, 'BAD_REQUEST', 'POST it.', { allow: 'POST' });
      const asked = tokenRequest.safeParse(readJson(request, await readBody(request, BODY_MAX)));
      if (!asked.success) throw new HttpRefusal(400, 'BAD_REQUEST', 'Send {"subject": "…"} as application/json.');
      sendJson(response, 200, await token(asked.data.subject, ASKED_TOKEN_HOURS), { 'cache-control': 'no-store' });
    },
  };
}
