// Refuses a document that is too large, by its text: what was found is remembered, as clients send the same few documents.
import { createHash } from 'node:crypto';
import { parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { HttpRefusal } from '../http.ts';
import { TOKENS_MAX, tooLarge, type Limits } from './document.ts';

const REMEMBERED_MAX = 2_000;

/** The document of a request, by POST or by GET. */
function queryOf(body: unknown, search: string): string | null {
  const given = body as { query?: unknown } | null | undefined;
  const query = given?.query ?? new URLSearchParams(search).get('query');
  return typeof query === 'string' ? query : null;
}

function problem(query: string, limits: Limits): string | null {
  try {
    return tooLarge(parse(query, { noLocation: true, maxTokens: TOKENS_MAX }), limits);
  } catch {
    // What cannot be parsed is told so, with its place, by who answers it.
    return null;
  }
}

/** Throws `QUERY_TOO_COMPLEX`. */
export function queryLimits(limits: Limits): (body: unknown, search: string) => void {
  const remembered = new LRUCache<string, { problem: string | null }>({ max: REMEMBERED_MAX });
  return (body, search) => {
    const query = queryOf(body, search);
    if (query === null) return;
    const hash = createHash('sha256').update(query).digest('base64');
    let found = remembered.get(hash);
    if (found === undefined) remembered.set(hash, (found = { problem: problem(query, limits) }));
    if (found.problem !== null) throw new HttpRefusal(400, 'QUERY_TOO_COMPLEX', found.problem);
  };
}
