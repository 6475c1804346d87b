// Tokens → viewer: a member's is known by its issuer's published keys, an api client's by the gateway's, and by the key
// that it was got with. The gateway reads credentials so, and a room that another router asks.
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { clientViewer, type ApiClients } from './api-clients.ts';
import type { ClientTokenReader } from './client-token.ts';
import type { Issuer } from './environment.ts';
import { decodeId } from './id.ts';
import type { Ask } from './peer.ts';
import type { Viewer } from './viewer.ts';

const KNOWN_MS = 30_000;
const REMEMBERED_MAX = 20_000;
const KEYS_WAIT_MS = 5_000;
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Who vouches for members: the tokens of one issuer for one audience open one space. */
export interface TokenIssuer {
  issuer: string;
  audience: string;
  space: string;
  keys: JWTVerifyGetKey;
}

/** A credential that does not hold. */
export class CredentialRefused extends Error {}

/** Throws `CredentialRefused`. */
export type TokenViewer = (token: string, requestId: string) => Promise<Viewer>;

export interface TokenParts {
  /** Of members' tokens. */
  issuers: TokenIssuer[];
  /** Of api clients' tokens. */
  tokens: ClientTokenReader;
  clients: ApiClients;
  ask: Ask;
}

const MEMBER_ID_BY_SUBJECT = `query MemberIdBySubject($issuer: String!, $subject: String!) {
  memberIdBySubject(issuer: $issuer, subject: $subject)
}`;

/** Keys that are published at an address, fetched when first needed. */
export const remoteKeys = (uri: string): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(uri), { timeoutDuration: KEYS_WAIT_MS });

/** The issuers of the configuration. */
export const remoteIssuers = (issuers: Issuer[]): TokenIssuer[] =>
  issuers.map(({ issuer, audience, space, jwksUri }) => ({ issuer, audience, space, keys: remoteKeys(jwksUri) }));

/** What follows `Bearer`; undefined when there is no such header. */
export function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const [scheme = '', bearer, ...rest] = authorization.trim().split(/ +/);
  if (scheme.toLowerCase() !== 'bearer' || !bearer || rest.length > 0) {
    throw new CredentialRefused('Authorization must be: Bearer, a space, and a token or an API key.');
  }
  return bearer;
}

const isTokensFault = (error: unknown) =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout) &&
  !(error instanceof errors.JWKSInvalid) &&
  error.code !== 'ERR_JOSE_GENERIC';

/** What a token says, or why it does not hold; while its issuer's keys are out of reach it is neither good nor bad. */
async function holding<T>(claims: Promise<T>): Promise<T> {
  try {
    return await claims;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new CredentialRefused('The token has expired.');
    if (isTokensFault(error)) throw new CredentialRefused('The token does not hold.');
    throw error;
  }
}

async function verified(token: string, issuers: TokenIssuer[]): Promise<{ issuer: TokenIssuer; subject: string }> {
  const { iss, aud } = decodeJwt(token);
  const audiences = [aud ?? []].flat();
  const issuer = issuers.find((known) => known.issuer === iss && audiences.includes(known.audience));
  if (issuer === undefined) throw new CredentialRefused('The token is of another issuer or for another audience.');
  const { payload } = await jwtVerify(token, issuer.keys, {
    issuer: issuer.issuer,
    audience: issuer.audience,
    algorithms: ALGORITHMS,
    requiredClaims: ['sub', 'exp'],
    clockTolerance: 5,
  });
  if (!payload.sub) throw new CredentialRefused('The token names no subject.');
  return { issuer, subject: payload.sub };
}

export function tokenViewer({ issuers, tokens, clients, ask }: TokenParts): TokenViewer {
  const members = new LRUCache<string, string>({ max: REMEMBERED_MAX, ttl: KNOWN_MS });

  /** A client's token opens what the key opens that it was got with, while that does, and within its own scopes. */
  async function byClientToken(token: string, requestId: string): Promise<Viewer> {
    const { clientId, hash, scopes } = await holding(tokens.verify(token));
    const facts = await clients.byKeyHash(hash, requestId);
    if (facts?.id !== clientId) throw new CredentialRefused("The token's API key is expired or revoked.");
    return clientViewer(
      facts,
      facts.scopes.filter((scope) => scopes.includes(scope)),
    );
  }

  async function byMemberToken(token: string, requestId: string): Promise<Viewer> {
    const { issuer, subject: name } = await holding(verified(token, issuers));
    const subject = { issuer: issuer.issuer, subject: name };
    const owner = JSON.stringify([subject.issuer, subject.subject]);
    const known = `${issuer.space} ${owner}`;
    let memberId = members.get(known);
    if (memberId === undefined) {
      const answer = await ask<{ memberIdBySubject: string | null }>(
        'members',
        { query: MEMBER_ID_BY_SUBJECT, variables: subject },
        { space: issuer.space, requestId },
      );
      memberId =
        answer.memberIdBySubject === null ? undefined : (decodeId('mbr', answer.memberIdBySubject) ?? undefined);
      if (memberId !== undefined) members.set(known, memberId);
    }
    return { kind: 'member', space: issuer.space, owner, scopes: [], subject, memberId };
  }

  return (token, requestId) =>
    tokens.isOne(token) ? byClientToken(token, requestId) : byMemberToken(token, requestId);
}
