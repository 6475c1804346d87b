// Which api client comes with a key, as partners knows it. What was found is kept 30 s at the longest, so a revoked key,
// and every token got with it, is refused after that.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { decodeId } from './id.ts';
import type { Ask } from './peer.ts';
import type { Viewer } from './viewer.ts';

const KNOWN_MS = 30_000;
const UNKNOWN_MS = 5_000;
const REMEMBERED_MAX = 20_000;

export interface ApiClientFacts {
  id: string;
  kind: 'till' | 'partner' | 'operator';
  partnerId: string | null;
  scopes: string[];
  space: string;
  expiresAt: string | null;
}

export interface ApiClients {
  /** Null when the key is unknown, expired or revoked. */
  byKeyHash(keyHash: string, requestId: string): Promise<ApiClientFacts | null>;
  /** Whether that costs no look-up. */
  isRemembered(keyHash: string): boolean;
}

const API_CLIENT_BY_KEY = `query ApiClientByKey($keyHash: String!) {
  apiClientByKey(keyHash: $keyHash) { id kind partnerId scopes space expiresAt }
}`;

/** How partners knows a key. */
export const keyHash = (key: string): string => createHash('sha256').update(key).digest('hex');

/** The client as viewer, with these of its scopes. */
export function clientViewer({ id, kind, partnerId, space }: ApiClientFacts, scopes: string[]): Viewer {
  const partner = partnerId === null ? undefined : (decodeId('ptn', partnerId) ?? partnerId);
  return { kind, space, owner: id, scopes, ...(partner === undefined ? {} : { partnerId: partner }) };
}

export function apiClients(ask: Ask, space: string): ApiClients {
  const remembered = new LRUCache<string, { facts: ApiClientFacts | null }, string>({
    max: REMEMBERED_MAX,
    perf: performance,
    async fetchMethod(hash, _, { options, context: requestId }) {
      const variables = { keyHash: hash };
      const { apiClientByKey: facts } = await ask<{ apiClientByKey: ApiClientFacts | null }>(
        'partners',
        { query: API_CLIENT_BY_KEY, variables },
        { space, requestId },
      );
      const left = facts?.expiresAt ? new Date(facts.expiresAt).getTime() - Date.now() : Infinity;
      options.ttl = facts === null ? UNKNOWN_MS : Math.max(1, Math.min(KNOWN_MS, left));
      return { facts };
    },
  });
  return {
    async byKeyHash(hash, requestId) {
      const found = await remembered.fetch(hash, { context: requestId });
      if (found === undefined) throw new Error('the look-up of a key was given up');
      return found.facts;
    },
    isRemembered: (hash) => remembered.has(hash),
  };
}
