// What clients have registered by its hash (automatic persisted queries): in this process, and for all gateways where
// there is a store that they share. A text is only ever found under its own hash, so nothing here can be out of date.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApolloServerOptions } from '@apollo/server';
import { LRUCache } from 'lru-cache';
import { ANSWER_MS, type Redis } from '../redis.ts';
import { hashOf } from './manifest.ts';

export type RegisteredDocuments = NonNullable<
  Exclude<ApolloServerOptions<object>['persistedQueries'], false | undefined>['cache']
>;

/** A store that gateways share. */
export interface SharedStore {
  get(key: string): Promise<string | null>;
  set(key: string, text: string, ttlSeconds: number): Promise<unknown>;
}

export const storeIn = (redis: Redis): SharedStore => ({
  get: (key) => redis.get(`loyalty:${key}`),
  set: (key, text, value) => redis.set(`loyalty:${key}`, text, { expiration: { type: 'EX', value } }),
});

/** Apollo Server's; it writes the keys. */
const PREFIX = 'apq:';
/** Our own documents have 2 KB; a larger one works, and is sent in full each time. */
const TEXT_MAX = 64 * 1024;
const TEXTS_MAX = 16 * 1024 * 1024;
const SHARED_SECONDS = 7 * 86_400;

export const keyOf = (hash: string): string => PREFIX + hash;

export function registeredDocuments(shared: SharedStore | null = null): RegisteredDocuments {
  const here = new LRUCache<string, string>({ maxSize: TEXTS_MAX, sizeCalculation: (text) => text.length });

  /** A store that is away knows nothing, and what it knows is not believed. */
  async function fetched(key: string): Promise<string | undefined> {
    if (shared === null) return undefined;
    const late = sleep(ANSWER_MS, null, { ref: false });
    const text = await Promise.race([shared.get(key).catch(() => null), late]);
    if (text === null || keyOf(hashOf(text)) !== key) return undefined;
    here.set(key, text);
    return text;
  }

  return {
    get: async (key) => here.get(key) ?? (await fetched(key)),
    async set(key, text) {
      if (text.length > TEXT_MAX) return;
      here.set(key, text);
      await shared?.set(key, text, SHARED_SECONDS);
    },
    async delete(key) {
      here.delete(key);
    },
  };
}
