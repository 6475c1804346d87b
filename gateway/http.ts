// Reading and answering plain HTTP: bounded bodies, JSON, errors in the form that GraphQL clients know.
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** An answer other than 200, with the code and message of the one error in its body. */
export class HttpRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

const tooLarge = (bytesMax: number) =>
  new HttpRefusal(
    413,
    'PAYLOAD_TOO_LARGE',
    `The body is larger than the ${bytesMax / 1024} KB that this credential may send.`,
  );

/**
 * Throws a refusal of a body that is too large, whose rest is read and thrown away so that the client gets to read it, or
 * that is not UTF-8. By events: an iterator costs as much as the rest of reading.
 */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > bytesMax) return reject(tooLarge(bytesMax));
      chunks.push(chunk);
    });
    request.on('end', resolve);
    request.on('error', reject);
  });
  const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  if (!isUtf8(body)) throw new HttpRefusal(400, 'BAD_REQUEST', 'The body is not UTF-8.');
  return body.toString();
}

/** Whether a request says that its body is JSON: that is never a form's, nor anything that a page may send unasked. */
export const saysJson = ({ headers }: IncomingMessage): boolean =>
  /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');

/** The JSON of a body; undefined when it does not say that it is JSON. */
export function readJson(request: IncomingMessage, body: string): unknown {
  if (!saysJson(request)) return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new HttpRefusal(400, 'BAD_REQUEST', 'The body is not JSON.');
  }
}

export function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body));
}

export function sendRefusal(
  response: ServerResponse,
  { status, code, message, headers }: HttpRefusal,
  requestId: string,
) {
  const extensions = { code, ...(status >= 500 ? { requestId } : {}) };
  sendJson(response, status, { errors: [{ message, extensions }] }, headers);
}
