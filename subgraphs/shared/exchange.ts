// One HTTP exchange between processes. It sends once, waits no longer than 30 s, and tells apart what may be sent again.
import { StringDecoder } from 'node:string_decoder';
import type { Dispatcher } from 'undici';

const DEADLINE_MS = 30_000;
const RESET = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** The connection broke before an answer began: whether the request was heard is not known. */
export class ConnectionReset extends Error {}

/** Nobody waits for the answer any more. */
export class Abandoned extends Error {}

export interface HttpAnswer {
  status: number;
  contentType: string;
  text: string;
}

/** What an aborted signal means: the asker is gone, unless its time was over. */
export const aborted = ({ reason }: AbortSignal): Error =>
  (reason as Error | undefined)?.name === 'TimeoutError'
    ? new Error('the time for an answer is over')
    : new Abandoned('nobody waits for the answer');

/** Without a buffer for all of it: memory outside of the heap is dear, since it makes the engine collect all of the heap. */
function textOf(chunks: readonly Buffer[]): string {
  const decoder = new StringDecoder();
  return chunks.map((chunk) => decoder.write(chunk)).join('') + decoder.end();
}

/** Throws `ConnectionReset`, `Abandoned`, or whatever else was in the way. What was not sent yet at an abort never is. */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(aborted(signal));
    let connection: Dispatcher.DispatchController | undefined;
    let failure: Error | undefined;
    let answer: Omit<HttpAnswer, 'text'> | undefined;
    const chunks: Buffer[] = [];

    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: Error) => {
      settle();
      failure = error;
      connection?.abort(error);
      reject(error);
    };
    const onAbort = () => fail(aborted(signal!));
    const timer = setTimeout(() => fail(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
    signal?.addEventListener('abort', onAbort);

    dispatcher.dispatch(request, {
      onRequestStart(controller) {
        connection = controller;
        if (failure !== undefined) controller.abort(failure);
      },
      onResponseStart(_, status, headers) {
        answer = { status, contentType: String(headers['content-type'] ?? '') };
      },
      onResponseData: (_, chunk) => void chunks.push(chunk),
      onResponseEnd() {
        settle();
        resolve({ ...answer!, text: textOf(chunks) });
      },
      onResponseError(_, error) {
        if (failure !== undefined) return;
        const isReset = answer === undefined && RESET.has((error as NodeJS.ErrnoException).code ?? '');
        fail(isReset ? new ConnectionReset(error.message, { cause: error }) : error);
      },
    });
  });
}
