// Credentials → viewer. A key is known by its hash to partners, a member's token by its issuer's published keys, an api
// client's token by our own, and by the key that it was got with.
import type { IncomingHttpHeaders } from 'node:http';
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { isKeyText } from '../subgraphs/shared/api-key.ts';
import type { Issuer } from '../subgraphs/shared/config.ts';
import { decodeId } from '../subgraphs/shared/id.ts';
import type { Ask } from '../subgraphs/shared/peer.ts';
import type { Viewer } from '../subgraphs/shared/viewer.ts';
import { clientViewer, keyHash, type ApiClients } from './api-clients.ts';
import type { ClientTokens } from './oauth/client-tokens.ts';

const KNOWN_MS = 30_000;
const REMEMBERED_MAX = 20_000;
const CREDENTIAL_MAX = 8_192;
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

export interface Identity {
  /**
   * Throws `CredentialRefused`; without a credential the viewer is anonymous. `mayLookUp` false refuses a key that is not
   * remembered.
   */
  viewer(headers: IncomingHttpHeaders, requestId: string, mayLookUp?: boolean): Promise<Viewer>;
}

export interface IdentityParts {
  /** Of members' tokens. */
  issuers: TokenIssuer[];
  /** Of api clients' tokens: our own. */
  tokens: ClientTokens;
  clients: ApiClients;
  ask: Ask;
}

const MEMBER_ID_BY_SUBJECT = `query MemberIdBySubject($issuer: String!, $subject: String!) {
  memberIdBySubject(issuer: $issuer, subject: $subject)
}`;

export const ANONYMOUS: Viewer = { kind: 'anonymous', space: '', owner: 'anonymous', scopes: [] };

/** The issuers of the configuration; their keys are fetched when first needed. */
export const remoteIssuers = (issuers: Issuer[]): TokenIssuer[] =>
  issuers.map(({ issuer, audience, space, jwksUri }) => ({
    issuer,
    audience,
    space,
    keys: createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: 5_000 }),
  }));

function credential(headers: IncomingHttpHeaders): string | null {
  const given = headers['x-api-key'];
  const [scheme = '', bearer, ...rest] = headers.authorization?.trim().split(/ +/) ?? [];
  if (headers.authorization !== undefined && (scheme.toLowerCase() !== 'bearer' || !bearer || rest.length > 0)) {
    throw new CredentialRefused('Authorization must be: Bearer, a space, and a token or an API key.');
  }
  if (bearer !== undefined && given !== undefined && bearer !== given) {
    throw new CredentialRefused('Two credentials came: send Authorization or x-api-key.');
  }
  const found = bearer ?? (Array.isArray(given) ? given[0] : given);
  if (found !== undefined && found.length > CREDENTIAL_MAX) throw new CredentialRefused('The credential is too long.');
  return found ?? null;
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

export function identity({ issuers, tokens, clients, ask }: IdentityParts): Identity {
  const members = new LRUCache<string, string>({ max: REMEMBERED_MAX, ttl: KNOWN_MS });

  async function byKey(key: string, requestId: string, mayLookUp: boolean): Promise<Viewer> {
    const hash = keyHash(key);
    const known = isKeyText(key) && (mayLookUp || clients.isRemembered(hash));
    const facts = known ? await clients.byKeyHash(hash, requestId) : null;
    if (facts === null) throw new CredentialRefused('The API key is unknown, expired or revoked.');
    return clientViewer(facts, facts.scopes);
  }

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

  return {
    async viewer(headers, requestId, mayLookUp = true) {
      const given = credential(headers);
      if (given === null) return ANONYMOUS;
      if (given.startsWith('lyl_')) return byKey(given, requestId, mayLookUp);
      return tokens.isOne(given) ? byClientToken(given, requestId) : byMemberToken(given, requestId);
    },
  };
}
