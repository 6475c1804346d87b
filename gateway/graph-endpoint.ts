// A request to the graph: its body, its limits, then Apollo Server with nothing copied that is not read, and the end of the
// work when nobody waits for it any more.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { Viewer } from '../subgraphs/shared/viewer.ts';
import type { GatewayContext } from './context.ts';
import { canBeForged } from './cors.ts';
import type { Documents } from './documents/documents.ts';
import { HttpRefusal, readBody, readJson } from './http.ts';
import { JSON_TYPE, mediaTypeOf, type MediaType } from './media-type.ts';

const BODY_MAX = 256 * 1024;
/** A till sends 1 000 receipts at once; 110 real ones fill 256 KB. */
const BODY_MAX_OF_TILLS = 8 * 1024 * 1024;
/** What Apollo Server and our plugins read of a client's headers, besides `Accept`. */
const READ = ['content-type', 'idempotency-key'];

export interface GraphEndpoint {
  apollo: ApolloServer<GatewayContext>;
  /** Throws a refusal when the document of a request is too large. */
  checkQuery(body: unknown, search: string): void;
  documents: Documents;
  corsOrigins: readonly string[];
  /** What is not answered within this time is given up. */
  answerMs: number;
}

/** Aborted when the client goes before it has its answer, or the time is over; `settled` when neither will be. */
export function patience(response: ServerResponse, answerMs: number): { signal: AbortSignal; settled(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const isLate = () => controller.abort(new DOMException('The answer took too long.', 'TimeoutError'));
  const timer = setTimeout(isLate, answerMs);
  response.once('close', abort);
  return {
    signal: controller.signal,
    settled() {
      clearTimeout(timer);
      response.off('close', abort);
    },
  };
}

function headersFor({ headers }: IncomingMessage, { type, isNamed }: MediaType): HeaderMap {
  const read = new HeaderMap();
  if (isNamed || type !== JSON_TYPE) read.set('accept', type);
  for (const name of READ) {
    const value = headers[name];
    if (typeof value === 'string') read.set(name, value);
  }
  return read;
}

export async function answerGraph(
  { apollo, checkQuery, documents, corsOrigins, answerMs }: GraphEndpoint,
  viewer: Viewer,
  requestId: string,
  request: IncomingMessage,
  response: ServerResponse,
  search: string,
): Promise<void> {
  const mediaType = mediaTypeOf(request.headers.accept);
  if (mediaType === null) throw new HttpRefusal(406, 'BAD_REQUEST', 'Answers are application/graphql-response+json.');
  const bytesMax = viewer.scopes.includes('purchases:write') ? BODY_MAX_OF_TILLS : BODY_MAX;
  const { method } = request;
  const body = method === 'POST' ? readJson(request, await readBody(request, bytesMax)) : undefined;
  if (canBeForged(corsOrigins, request)) {
    const how = 'POST it as application/json, or GET it with the header apollo-require-preflight.';
    throw new HttpRefusal(400, 'BAD_REQUEST', `Another page could have sent this. ${how}`);
  }
  const asked = await documents.resolve({ method, body, search });
  checkQuery(asked.body, asked.search);
  const { signal, settled } = patience(response, answerMs);
  const given: NonNullable<GatewayContext['answer']> = {};
  const context: GatewayContext = { viewer, requestId, signal, answer: given };
  try {
    const {
      status,
      headers,
      body: answer,
    } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { ...asked, method: method ?? 'GET', headers: headersFor(request, mediaType) },
      context: () => Promise.resolve(context),
    });
    if (answer.kind !== 'complete') throw new Error('an answer came in pieces');
    if (response.destroyed) return;
    const bytes = given.written?.body ?? Buffer.from(answer.string);
    headers.set('content-length', String(bytes.length));
    // It is in the system's hands when the response is finished; of one that breaks off nobody knows.
    response.once('finish', () => given.written?.release());
    response.writeHead(status ?? 200, Object.fromEntries(headers)).end(bytes);
  } finally {
    settled();
  }
}
