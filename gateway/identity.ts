// Credentials → viewer. A key is known by its hash to partners, a member's token by its issuer's published keys.
// What was found is kept 30 s at the longest, so a revoked key is refused after that.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Issuer, RoomName } from '../subgraphs/shared/config.ts';
import { decodeId } from '../subgraphs/shared/id.ts';
import { roomViewer, type Door } from '../subgraphs/shared/peer.ts';
import type { Viewer } from '../subgraphs/shared/viewer.ts';

const KNOWN_MS = 30_000;
const UNKNOWN_MS = 5_000;
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
const KEY = /^lyl_(live|test)_[0-9A-Za-z]{20,200}$/;

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
  /** Throws `CredentialRefused`; without a credential the viewer is anonymous. */
  viewer(headers: IncomingHttpHeaders, requestId: string): Promise<Viewer>;
}

interface ApiClientFacts {
  id: string;
  kind: 'till' | 'partner' | 'operator';
  partnerId: string | null;
  scopes: string[];
  space: string;
  expiresAt: string | null;
}

const API_CLIENT_BY_KEY = `query ApiClientByKey($keyHash: String!) {
  apiClientByKey(keyHash: $keyHash) { id kind partnerId scopes space expiresAt }
}`;

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

async function verified(token: string, issuers: TokenIssuer[]): Promise<{ issuer: TokenIssuer; subject: string }> {
  try {
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
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new CredentialRefused('The token has expired.');
    if (isTokensFault(error)) throw new CredentialRefused('The token does not hold.');
    throw error;
  }
}

export function identity(issuers: TokenIssuer[], door: (room: RoomName) => Door, space: string): Identity {
  async function ask<T>(room: RoomName, query: string, variables: Record<string, unknown>, from: string, id: string) {
    const { data, errors: failures } = await door(room).execute({ query, variables }, roomViewer('gateway', from), id);
    if (failures !== undefined || !data)
      throw new Error(`${room} did not answer: ${failures?.[0]?.message ?? 'no data'}`);
    return data as T;
  }

  const clients = new LRUCache<string, { facts: ApiClientFacts | null }, string>({
    max: REMEMBERED_MAX,
    perf: performance,
    async fetchMethod(keyHash, _, { options, context: requestId }) {
      const { apiClientByKey: facts } = await ask<{ apiClientByKey: ApiClientFacts | null }>(
        'partners',
        API_CLIENT_BY_KEY,
        { keyHash },
        space,
        requestId,
      );
      const left = facts?.expiresAt ? new Date(facts.expiresAt).getTime() - Date.now() : Infinity;
      options.ttl = facts === null ? UNKNOWN_MS : Math.max(1, Math.min(KNOWN_MS, left));
      return { facts };
    },
  });
  const members = new LRUCache<string, string>({ max: REMEMBERED_MAX, ttl: KNOWN_MS });

  async function byKey(key: string, requestId: string): Promise<Viewer> {
    const keyHash = createHash('sha256').update(key).digest('hex');
    const found = KEY.test(key) ? await clients.fetch(keyHash, { context: requestId }) : { facts: null };
    if (found === undefined) throw new Error('the look-up of a key was given up');
    if (found.facts === null) throw new CredentialRefused('The API key is unknown, expired or revoked.');
    const { id, kind, partnerId, scopes, space: opened } = found.facts;
    const partner = partnerId === null ? undefined : (decodeId('ptn', partnerId) ?? partnerId);
    return { kind, space: opened, owner: id, scopes, ...(partner === undefined ? {} : { partnerId: partner }) };
  }

  async function byToken(token: string, requestId: string): Promise<Viewer> {
    const { issuer, subject: name } = await verified(token, issuers);
    const subject = { issuer: issuer.issuer, subject: name };
    const owner = JSON.stringify([subject.issuer, subject.subject]);
    const known = `${issuer.space} ${owner}`;
    let memberId = members.get(known);
    if (memberId === undefined) {
      const answer = await ask<{ memberIdBySubject: string | null }>(
        'members',
        MEMBER_ID_BY_SUBJECT,
        subject,
        issuer.space,
        requestId,
      );
      memberId =
        answer.memberIdBySubject === null ? undefined : (decodeId('mbr', answer.memberIdBySubject) ?? undefined);
      if (memberId !== undefined) members.set(known, memberId);
    }
    return { kind: 'member', space: issuer.space, owner, scopes: [], subject, memberId };
  }

  return {
    async viewer(headers, requestId) {
      const given = credential(headers);
      if (given === null) return ANONYMOUS;
      return given.startsWith('lyl_') ? byKey(given, requestId) : byToken(given, requestId);
    },
  };
}
