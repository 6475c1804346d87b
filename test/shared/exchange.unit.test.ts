// One exchange, by what the connection reports of it.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Dispatcher } from 'undici';
import { Abandoned, ConnectionReset, exchange, type HttpAnswer } from '../../subgraphs/shared/exchange.ts';

const REQUEST = { method: 'POST', path: '/graphql', body: '{}' } as const;

let handler: Required<Dispatcher.DispatchHandler>;
let stopped: unknown[];
const connection = { abort: (reason: unknown) => stopped.push(reason) } as unknown as Dispatcher.DispatchController;
const dispatcher = {
  dispatch: (_: unknown, given: Dispatcher.DispatchHandler) => {
    handler = given as typeof handler;
    return true;
  },
} as unknown as Dispatcher;

beforeEach(() => {
  stopped = [];
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** How it ended, once it has. */
function begun(signal?: AbortSignal): { answer?: HttpAnswer; error?: Error } {
  const end: { answer?: HttpAnswer; error?: Error } = {};
  exchange(dispatcher, REQUEST, signal).then(
    (answer) => (end.answer = answer),
    (error: unknown) => (end.error = error as Error),
  );
  return end;
}

const turn = () => Promise.resolve();
const fault = (code: string) => Object.assign(new Error(code), { code });
const begin = (status = 200) => handler.onResponseStart(connection, status, { 'content-type': 'application/json' });

test('an answer is put together from its pieces, letters that were cut included', async () => {
  const end = begun();
  const bytes = Buffer.from('{"name":"Ķēniņš"}');

  handler.onRequestStart(connection, {});
  handler.onResponseStart(connection, 103, {});
  begin(201);
  handler.onResponseData(connection, bytes.subarray(0, 10));
  handler.onResponseData(connection, bytes.subarray(10));
  handler.onResponseEnd(connection, {});
  await turn();

  expect(end).toEqual({ answer: { status: 201, contentType: 'application/json', text: '{"name":"Ķēniņš"}' } });
  expect(jest.getTimerCount()).toBe(0);
});

describe('after 30 seconds', () => {
  test.each([
    ['without an answer', () => undefined],
    ['with an answer that trickles', () => begin()],
  ])('%s it fails and ends the connection', async (_, progress) => {
    const end = begun();
    handler.onRequestStart(connection, {});
    progress();

    jest.advanceTimersByTime(29_999);
    await turn();
    const before = { ...end };
    jest.advanceTimersByTime(1);
    await turn();

    expect(before).toEqual({});
    expect(end.error?.message).toBe('no answer within 30000 ms');
    expect(stopped).toEqual([end.error]);
  });
});

describe('a connection that breaks', () => {
  test.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])('by %s before an answer is a reset', async (code) => {
    const end = begun();

    handler.onRequestStart(connection, {});
    handler.onResponseError(connection, fault(code));
    await turn();

    expect(end.error).toBeInstanceOf(ConnectionReset);
  });

  test('within an answer is none, since the answer had begun', async () => {
    const end = begun();

    begin();
    handler.onResponseError(connection, fault('ECONNRESET'));
    await turn();

    expect(end.error).not.toBeInstanceOf(ConnectionReset);
    expect(end.error?.message).toBe('ECONNRESET');
  });

  test.each(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'HPE_INVALID_CONSTANT'])('by %s is none', async (code) => {
    const end = begun();

    handler.onResponseError(connection, fault(code));
    await turn();

    expect(end.error).not.toBeInstanceOf(ConnectionReset);
  });
});

describe('an asker who leaves', () => {
  test('ends the connection, and what the connection says of that is not an error twice', async () => {
    const leaver = new AbortController();
    const end = begun(leaver.signal);
    handler.onRequestStart(connection, {});

    leaver.abort();
    handler.onResponseError(connection, fault('UND_ERR_ABORTED'));
    await turn();

    expect(end.error).toBeInstanceOf(Abandoned);
    expect(stopped).toEqual([end.error]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('before the request was sent is told at once, and it never is sent', async () => {
    const leaver = new AbortController();
    const end = begun(leaver.signal);

    leaver.abort();
    await turn();
    const error = end.error;
    handler.onRequestStart(connection, {});

    expect(error).toBeInstanceOf(Abandoned);
    expect(stopped).toEqual([error]);
  });

  test('because the time was over is a fault of who did not answer', async () => {
    const deadline = new AbortController();
    const end = begun(deadline.signal);

    deadline.abort(new DOMException('late', 'TimeoutError'));
    await turn();

    expect(end.error).not.toBeInstanceOf(Abandoned);
    expect(end.error?.message).toBe('the time for an answer is over');
  });
});
