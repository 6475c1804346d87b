// `GET /statements/{memberId}.csv` or `.ndjson`: a member's ledger as a file, newest entry first. It is read from the graph
// page by page, each asked and counted as a query of its own: who may not ask the graph gets nothing here, and a file of
// any length takes the memory of one page. A cursor points at an entry, so what is posted meanwhile moves no page.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FormattedExecutionResult } from 'graphql';
import { valuesOf } from '../execution/written.ts';
import { HttpRefusal } from '../http.ts';
import { FAULT } from '../masking.ts';
import { FORMATS, type Entry } from './format.ts';

/** Asks the graph in the name of who asked for the statement. */
export type AskGraph = (query: string, variables: Record<string, unknown>) => Promise<FormattedExecutionResult>;

interface Page {
  nodes: Entry[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const PATH = /^\/statements\/(mbr_\w{1,60})\.(csv|ndjson)$/;
const PARAMETERS = ['currency', 'asOf'];

const PAGE = `query Statement($id: ID!, $currency: String, $asOf: DateTime, $after: String) {
  member(id: $id) {
    ledger(first: 100, after: $after, currency: $currency, asOf: $asOf) {
      nodes {
        id kind amount moved currency { code } occurredAt postedAt runningBalance
        reason reverses { id } explanation { summary } hash
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

const STATUS: Record<string, number> = {
  BAD_USER_INPUT: 400,
  QUERY_TOO_COMPLEX: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  THROTTLED: 429,
};

/** What the graph's error is over plain HTTP. */
function refusal({ errors = [] }: FormattedExecutionResult): HttpRefusal {
  const { message, extensions } = errors[0]!;
  const code = String(extensions?.['code']);
  const challenge = code === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Bearer realm="loyalty"' } : {};
  return STATUS[code] === undefined
    ? new HttpRefusal(500, FAULT, 'Internal error.')
    : new HttpRefusal(STATUS[code], code, message, challenge);
}

async function pageOf(ask: AskGraph, variables: Record<string, unknown>): Promise<Page> {
  const answer = await ask(PAGE, variables);
  if (answer.errors !== undefined) throw refusal(answer);
  const { member } = valuesOf(answer) as { member: { ledger: Page | null } | null };
  if (member === null) throw new HttpRefusal(404, 'NOT_FOUND', 'There is no such member that this credential may see.');
  if (member.ledger === null) {
    throw new HttpRefusal(
      403,
      'FORBIDDEN',
      'A statement is for its member, and for operators with the scope points:read.',
    );
  }
  return member.ledger;
}

function parameters(search: string): Record<string, string> {
  const given = [...new URLSearchParams(search)];
  const wrong = given.find(
    ([name], index) => !PARAMETERS.includes(name) || given.findIndex(([n]) => n === name) < index,
  );
  if (wrong !== undefined) {
    throw new HttpRefusal(
      400,
      'BAD_REQUEST',
      `A statement is asked for with currency and asOf, once each: ${wrong[0]}.`,
    );
  }
  return Object.fromEntries(given);
}

export const isStatement = (pathname: string): boolean => pathname.startsWith('/statements/');

/** Refuses as JSON before the first line. Whatever goes wrong after it breaks the connection: half a file is no file. */
export async function sendStatement(
  ask: AskGraph,
  { method }: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  search: string,
): Promise<void> {
  const [, id, extension] = PATH.exec(pathname) ?? [];
  if (id === undefined)
    throw new HttpRefusal(404, 'NOT_FOUND', 'A statement is at /statements/{memberId}.csv or .ndjson.');
  if (method !== 'GET') throw new HttpRefusal(405, 'BAD_REQUEST', 'GET it.', { allow: 'GET' });
  const { contentType, lines } = FORMATS[extension as 'csv' | 'ndjson'];
  const asked = { id, ...parameters(search) };
  const first = await pageOf(ask, asked);

  async function* pages() {
    yield lines(first.nodes, true);
    for (let { pageInfo } = first; pageInfo.hasNextPage;) {
      const page = await pageOf(ask, { ...asked, after: pageInfo.endCursor });
      yield lines(page.nodes, false);
      pageInfo = page.pageInfo;
    }
  }
  response.writeHead(200, {
    'content-type': contentType,
    'content-disposition': `attachment; filename="statement-${id}.${extension}"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  await pipeline(Readable.from(pages()), response);
}
