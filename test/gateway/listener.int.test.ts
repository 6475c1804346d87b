// The gateway's socket under clients that are slow, many, or in the middle of something when it closes.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { patience } from '../../gateway/graph-endpoint.ts';
import { readBody } from '../../gateway/http.ts';
import { listen, TIMEOUTS, type Handle, type Listener, type Timeouts } from '../../gateway/listener.ts';

const QUICK_HEADERS: Timeouts = { ...TIMEOUTS, headersMs: 100, checkMs: 20 };
const QUICK_BODIES: Timeouts = { ...TIMEOUTS, headersMs: 200, requestMs: 200, checkMs: 20 };
const log = pino({ level: 'silent' });

let listener: Listener;
let sockets: Socket[] = [];

async function open(handle: Handle, timeouts: Timeouts = TIMEOUTS): Promise<Listener> {
  return (listener = await listen({ host: '127.0.0.1', port: 0, timeouts, log }, handle));
}

/** A connection, and all that came through it until now. */
async function client(): Promise<{ socket: Socket; got(): string; ended: Promise<unknown> }> {
  const socket = connect(Number(new URL(listener.url).port), '127.0.0.1');
  sockets.push(socket);
  let got = '';
  socket.on('data', (chunk) => (got += String(chunk))).on('error', () => undefined);
  const ended = new Promise((resolve) => socket.on('close', resolve));
  await once(socket, 'connect');
  return { socket, got: () => got, ended };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2);
}

const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
const answerOk: Handle = (request, response) => {
  response.end(request.url);
  return Promise.resolve();
};

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await listener.close();
});

describe('a client that takes its time', () => {
  test.each([
    ['says nothing', '', QUICK_HEADERS],
    ['does not end its headers', 'POST / HTTP/1.1\r\nhost: x\r\n', QUICK_HEADERS],
    ['does not end its body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n', QUICK_BODIES],
    [
      'does not end its chunks',
      'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n',
      QUICK_BODIES,
    ],
  ])('and %s is cut off, however it keeps the line busy', async (_, beginning, timeouts) => {
    let handled = 0;
    await open(async (request, response) => {
      await readBody(request, 1_000);
      handled += 1;
      response.end();
    }, timeouts);
    const { socket, got, ended } = await client();

    socket.write(beginning);
    const chunked = beginning.includes('chunked');
    const dripping = setInterval(() => beginning !== '' && socket.write(chunked ? '1\r\nx\r\n' : 'x'), 10);
    await ended.finally(() => clearInterval(dripping));

    // What is still being sent when the line is cut may take the answer with it.
    expect([[408], []]).toContainEqual(statuses(got()));
    expect(handled).toBe(0);
  });

  test('does not keep 500 others that say nothing from being answered', async () => {
    await open(answerOk);
    await Promise.all(Array.from({ length: 500 }, client));

    const { socket, got } = await client();
    socket.write(GET);
    await until(() => got() !== '');

    expect(statuses(got())).toEqual([200]);
  });
});

describe('what Node reads before we do', () => {
  test('a header of 17 KB is refused with 431', async () => {
    await open(answerOk);
    const { socket, got, ended } = await client();

    socket.write(`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(17 * 1024)}\r\n\r\n`);
    await ended;

    expect(statuses(got())).toEqual([431]);
  });

  test.each([
    ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ])('%s is no request', async (_, text) => {
    await open(answerOk);
    const { socket, got, ended } = await client();

    socket.write(text);
    await ended;

    expect(statuses(got())).toEqual([400]);
  });

  test('300 requests in one go are answered in their order', async () => {
    await open(async (request, response) => {
      await sleep(Number(request.url!.slice(1)) % 3);
      response.end(`[${request.url}]`);
    });
    const { socket, got } = await client();

    socket.write(Array.from({ length: 300 }, (_, index) => `GET /${index} HTTP/1.1\r\nhost: x\r\n\r\n`).join(''));
    await until(() => got().includes('[/299]'));

    const answered = [...got().matchAll(/\[\/(\d+)\]/g)].map(([, index]) => Number(index));
    expect(answered).toEqual(Array.from({ length: 300 }, (_, index) => index));
  });
});

describe('at a stop', () => {
  test('a request that is on its way on an open connection is answered, and told that it is the last', async () => {
    await open(answerOk);
    const { socket, got, ended } = await client();
    socket.write(GET);
    await until(() => got() !== '');

    const closed = listener.close();
    socket.write(GET);
    await Promise.all([closed, ended]);

    const [first, second] = got().split(/(?=HTTP\/1\.1)/);
    expect(statuses(got())).toEqual([200, 200]);
    expect(first).toContain('Connection: keep-alive');
    expect(second).toContain('connection: close');
  });

  test('what is being answered is finished, while nobody new gets in', async () => {
    const answer = Promise.withResolvers<string>();
    let asked = 0;
    await open(async (_, response) => {
      asked += 1;
      response.end(await answer.promise);
    });
    const { socket, got } = await client();
    socket.write(GET);
    await until(() => asked === 1);

    const closed = listener.close();
    // What the system has taken at this moment still gets in.
    await sleep(100);
    const late = connect(Number(new URL(listener.url).port), '127.0.0.1');
    const [refused] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    answer.resolve('at last');
    await closed;

    expect(refused.code).toBe('ECONNREFUSED');
    await until(() => got().endsWith('at last'));
    expect(got()).toContain('connection: close');
  });
});

describe('the work for an answer ends', () => {
  async function signalOf(timeouts: Timeouts = TIMEOUTS) {
    const signal = Promise.withResolvers<AbortSignal>();
    await open(async (_, response) => {
      const waiting = patience(response, timeouts.answerMs);
      signal.resolve(waiting.signal);
      await sleep(100);
      waiting.settled();
      response.end('answered');
    });
    const { socket, got } = await client();
    socket.write(GET);
    return { socket, got, signal: await signal.promise };
  }

  test('when its client goes', async () => {
    const { socket, signal } = await signalOf();

    socket.destroy();
    await once(signal, 'abort');

    expect(signal.aborted).toBe(true);
  });

  test('when its time is over', async () => {
    const { signal } = await signalOf({ ...TIMEOUTS, answerMs: 10 });

    await once(signal, 'abort');

    expect(signal.aborted).toBe(true);
  });

  test('not when it was given', async () => {
    const { got, socket, signal } = await signalOf();
    await until(() => got().endsWith('answered'));

    socket.destroy();
    await sleep(20);

    expect(signal.aborted).toBe(false);
  });
});
