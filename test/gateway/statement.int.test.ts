// A statement as a file over plain HTTP, from a graph that is played here: how it flows, how it stops, and how it breaks.
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { HttpRefusal } from '../../gateway/http.ts';
import type { Entry } from '../../gateway/statement/format.ts';
import { sendStatement, type AskGraph } from '../../gateway/statement/statement.ts';

const MEMBER = 'mbr_01jaaaaaaaaaaaaaaaaaaaaaaa';
/** Larger than what the sockets of both ends keep. */
const LONG = 'x'.repeat(100_000);

const entry = (id: string, over: Partial<Entry> = {}): Entry => ({
  id,
  kind: 'EARN',
  amount: 5,
  moved: 5,
  currency: { code: 'points' },
  occurredAt: '2026-03-02T10:00:00.000000Z',
  postedAt: '2026-03-02T10:00:01.000000Z',
  runningBalance: 5,
  reason: null,
  reverses: null,
  explanation: null,
  hash: 'ab',
  ...over,
});

const page = (nodes: Entry[], endCursor: string | null = null) => ({
  data: { member: { ledger: { nodes, pageInfo: { hasNextPage: endCursor !== null, endCursor } } } },
});

let server: Server;
/** What `sendStatement` ended with. */
let ended: Promise<unknown>;

async function serve(ask: AskGraph): Promise<string> {
  server = createServer((request, response) => {
    const [pathname, search = ''] = request.url!.split('?');
    ended = sendStatement(ask, request, response, pathname!, search).then(
      () => 'done',
      (error: unknown) => {
        response.destroy();
        return error;
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/statements/${MEMBER}`;
}

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('CSV has a header, one line an entry, and quotes where RFC 4180 wants them', async () => {
  const url = await serve(async () =>
    page([
      entry('ent_2', { amount: -5, runningBalance: 0, reason: 'broken, said "Ada"\nat the desk' }),
      entry('ent_1', { reverses: { id: 'ent_0' }, explanation: { summary: '1 per GBP' } }),
    ]),
  );

  const response = await fetch(`${url}.csv`);

  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="statement-${MEMBER}.csv"`);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.text()).toBe(
    [
      'id,kind,amount,moved,currency,occurredAt,postedAt,runningBalance,reason,reverses,explanation,hash',
      'ent_2,EARN,-5,5,points,2026-03-02T10:00:00.000000Z,2026-03-02T10:00:01.000000Z,0,"broken, said ""Ada""\nat the desk",,,ab',
      'ent_1,EARN,5,5,points,2026-03-02T10:00:00.000000Z,2026-03-02T10:00:01.000000Z,5,,ent_0,1 per GBP,ab',
      '',
    ].join('\r\n'),
  );
});

test('a statement without entries is its header, or nothing', async () => {
  const url = await serve(async () => page([]));

  expect(await (await fetch(`${url}.csv`)).text()).toMatch(/^id,kind,[^\n]*,hash\r\n$/);
  expect(await (await fetch(`${url}.ndjson`)).text()).toBe('');
});

test.each([
  ['=HYPERLINK(1)', "'=HYPERLINK(1)"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['a=1', 'a=1'],
])('a spreadsheet runs no reason as a formula: %s', async (reason, shown) => {
  const url = await serve(async () => page([entry('ent_1', { amount: -7, reason, explanation: { summary: reason } })]));

  const [, line] = (await (await fetch(`${url}.csv`)).text()).split('\r\n');
  const json = JSON.parse(await (await fetch(`${url}.ndjson`)).text()) as Record<string, unknown>;

  expect(line!.split(',').filter((_, column) => [2, 8, 10].includes(column))).toEqual(['-7', shown, shown]);
  expect([json['amount'], json['reason'], json['explanation']]).toEqual([-7, reason, reason]);
});

test('asks for each page after the one before, with what was asked for', async () => {
  const asked: unknown[] = [];
  const url = await serve(async (_, variables) => {
    asked.push(variables);
    return asked.length < 3 ? page([entry(`ent_${asked.length}`)], `cursor-${asked.length}`) : page([entry('ent_3')]);
  });

  const text = await (await fetch(`${url}.ndjson?currency=points&asOf=2026-03-03T00:00:00Z`)).text();

  const ids = text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as Entry).id);
  expect(ids).toEqual(['ent_1', 'ent_2', 'ent_3']);
  const common = { id: MEMBER, currency: 'points', asOf: '2026-03-03T00:00:00Z' };
  expect(asked).toEqual([common, { ...common, after: 'cursor-1' }, { ...common, after: 'cursor-2' }]);
});

/** A graph whose pages never end. */
function endless() {
  const graph = { pages: 0 };
  const ask: AskGraph = async () => {
    graph.pages += 1;
    return page(
      Array.from({ length: 100 }, () => entry('ent', { reason: LONG })),
      `cursor-${graph.pages}`,
    );
  };
  return { graph, ask };
}

async function open(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  return response;
}

/** Until no page is asked for any more. */
async function settled(graph: { pages: number }): Promise<number> {
  for (;;) {
    const before = graph.pages;
    await sleep(300);
    if (graph.pages === before) return before;
  }
}

test('a client that does not read is not read for; when it goes on, so do the pages', async () => {
  const { graph, ask } = endless();
  const response = await open(`${await serve(ask)}.ndjson`);

  const paused = await settled(graph);
  response.on('data', () => undefined);
  while (graph.pages < paused + 3) await once(response, 'data');

  expect(paused).toBeLessThan(5);
  response.destroy();
  await ended;
});

test('a client that leaves stops the pages', async () => {
  const { graph, ask } = endless();
  const response = await open(`${await serve(ask)}.csv`);
  response.on('data', () => undefined);
  await once(response, 'data');

  response.destroy();

  expect(await ended).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  const left = graph.pages;
  expect(await settled(graph)).toBe(left);
});

test.each([
  ['a fault', { errors: [{ message: 'Internal error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }, 500],
  ['a limit', new HttpRefusal(429, 'THROTTLED', 'Too many requests.'), 429],
  ['a credential that has ended', new HttpRefusal(401, 'UNAUTHENTICATED', 'The token has expired.'), 401],
])('%s in the middle breaks the connection: what came is no whole file', async (_, problem, status) => {
  let pages = 0;
  const url = await serve(async () => {
    pages += 1;
    if (pages === 1) return page([entry('ent_1')], 'cursor');
    if (problem instanceof Error) throw problem;
    return problem;
  });

  const response = await fetch(`${url}.csv`);

  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow('terminated');
  expect(await ended).toMatchObject({ status });
});

test.each([
  ['UNAUTHENTICATED', 401],
  ['FORBIDDEN', 403],
  ['BAD_USER_INPUT', 400],
  ['INTERNAL_SERVER_ERROR', 500],
])('what the graph refuses before the first line is refused: %s', async (code, status) => {
  const url = await serve(async () => ({ errors: [{ message: 'No.', extensions: { code } }] as never }));

  await fetch(`${url}.csv`).catch(() => undefined);

  expect(await ended).toMatchObject({ status, code });
});

test.each([
  [`/statements/${MEMBER}.xlsx`, 404],
  [`/statements/${MEMBER}`, 404],
  ['/statements/ent_1.csv', 404],
  [`/statements/${MEMBER}.csv?asof=2026-03-03T00:00:00Z`, 400],
  [`/statements/${MEMBER}.csv?currency=a&currency=b`, 400],
])('%s is no statement, and asks nothing', async (path, status) => {
  let asked = 0;
  const url = await serve(async () => {
    asked += 1;
    return page([]);
  });

  await fetch(new URL(path, url)).catch(() => undefined);

  expect(await ended).toMatchObject({ status });
  expect(asked).toBe(0);
});
