// Documents that were parsed and found valid, by their hash. Clients send the same few; one that sends a new one each time
// pushes them out, but gets no more memory than this.
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

type DocumentStore = NonNullable<ApolloServerOptionsWithGateway<never>['documentStore']>;

const DOCUMENTS_MAX = 1_000;
/** Of text. A document in memory takes up to 100 bytes for each. */
const CHARACTERS_MAX = 1_000_000;

export function documentStore(): DocumentStore {
  const known = new LRUCache<string, DocumentNode>({
    max: DOCUMENTS_MAX,
    maxSize: CHARACTERS_MAX,
    sizeCalculation: ({ loc }) => Math.max(1, loc?.source.body.length ?? 1),
  });
  return {
    get: (hash) => Promise.resolve(known.get(hash)),
    set: (hash, document) => Promise.resolve(void known.set(hash, document)),
    delete: (hash) => Promise.resolve(known.delete(hash)),
  };
}
