// What a source sends to a room, in this process or another, and what it believes of the answer.
import { beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { GatewayContext } from '../../../gateway/context.ts';
import { roomSources } from '../../../gateway/transport/room-sources.ts';
import type { FetchOperation, FetchVariables } from '../../../gateway/transport/source.ts';
import { ConnectionReset } from '../../../subgraphs/shared/exchange.ts';
import type { GraphRequest } from '../../../subgraphs/shared/execution.ts';
import type { Door, RemoteDoor } from '../../../subgraphs/shared/peer.ts';
import type { Viewer } from '../../../subgraphs/shared/viewer.ts';
import { operator, till } from '../../support/viewer.ts';

const QUERY: FetchOperation = { query: 'query Q($a: Int) { b(a: $a, text: "t") }', operationName: 'Q', kind: 'query' };
const MUTATION: FetchOperation = { query: 'mutation { b }', operationName: undefined, kind: 'mutation' };

const given = (values: Record<string, unknown> = {}): FetchVariables => ({
  json: () => JSON.stringify(values),
  values: () => values,
});
const asker = (viewer: Viewer = operator, signal?: AbortSignal): GatewayContext => ({
  viewer,
  requestId: 'r-1',
  ...(signal === undefined ? {} : { signal }),
});
const AWAY = {
  message: 'points is away',
  extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: true },
};

interface Sent {
  body: string;
  viewer: Viewer;
  requestId: string;
  signal: AbortSignal | undefined;
}

let sent: Sent[];
let executed: { request: GraphRequest; viewer: Viewer; shared: object | undefined }[];
let logged: Record<string, unknown>[];
let answer: (body: string) => Promise<string>;

const local: Door = {
  async execute(request, viewer, _, shared) {
    executed.push({ request, viewer, shared });
    return { data: JSON.parse(await answer('')) as Record<string, unknown> };
  },
  receive: () => Promise.resolve(),
  ready: () => Promise.resolve(true),
};
const remote: RemoteDoor = {
  ...local,
  send(body, viewer, requestId, signal) {
    sent.push({ body, viewer, requestId, signal });
    return answer(body);
  },
  close: () => Promise.resolve(),
};

const open = (shareQueries = true) =>
  roomSources((room) => (room === 'members' ? local : remote), {
    shareQueries,
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
  });

beforeEach(() => {
  sent = [];
  executed = [];
  logged = [];
  answer = async () => '{"data":{"b":1}}';
});

describe('over HTTP', () => {
  test('a fetch is one JSON body, asked for the viewer, and its answer comes with the text', async () => {
    const source = open()('points');

    const answered = await source.ask(QUERY, given({ a: 2 }), asker());

    expect(answered).toEqual({ data: { b: 1 }, text: '{"data":{"b":1}}' });
    expect(sent.map(({ body, viewer, requestId }) => [JSON.parse(body), viewer, requestId])).toEqual([
      [{ query: QUERY.query, operationName: 'Q', variables: { a: 2 } }, operator, 'r-1'],
    ]);
  });

  test('an operation without a name is sent without one', async () => {
    await open()('points').ask(MUTATION, given(), asker());

    expect(JSON.parse(sent[0]!.body)).toEqual({ query: MUTATION.query, variables: {} });
  });

  test.each([
    ['null and why', '{"data":null,"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}]}', {}],
    ['errors alone', '{"errors":[{"message":"no","extensions":{"code":"BAD_USER_INPUT"}}]}', {}],
    ['null', '{"data":null}', { text: '{"data":null}' }],
  ])('%s is an answer', async (_, text, asItCame) => {
    answer = async () => text;

    expect(await open()('points').ask(QUERY, given(), asker())).toEqual({ ...JSON.parse(text), ...asItCame });
  });

  test.each([
    ['half an answer', '{"data":{"b"'],
    ['nothing', ''],
    ['an empty object', '{}'],
    ['no data and no error', '{"errors":[]}'],
    ['no object', '"data"'],
    ['a list', '[{"data":{}}]'],
    ['null', 'null'],
    ['data that is a list', '{"data":[]}'],
    ['data that is a text', '{"data":"b","errors":[]}'],
    ['errors that are no list', '{"data":{},"errors":{}}'],
    ['an error without a code', '{"data":{},"errors":[{"message":"no","extensions":{}}]}'],
    ['an error without extensions', '{"data":{},"errors":[{"message":"no"}]}'],
    ['an error that is null', '{"data":{},"errors":[null]}'],
  ])('%s is none: the room is away', async (_, text) => {
    answer = async () => text;

    await expect(open()('points').ask(QUERY, given(), asker())).rejects.toMatchObject(AWAY);
  });

  test('the cause of a room that is away is in the log alone', async () => {
    answer = () => Promise.reject(new Error('connect ECONNREFUSED 10.9.8.7:4002'));

    const error = await open()('points')
      .ask(QUERY, given(), asker())
      .catch((thrown: unknown) => thrown);

    expect(JSON.stringify(error)).toBe(JSON.stringify(AWAY));
    expect((error as Error).cause).toBeUndefined();
    expect(logged).toMatchObject([
      { level: 50, room: 'points', requestId: 'r-1', err: { message: 'connect ECONNREFUSED 10.9.8.7:4002' } },
    ]);
  });

  describe('on a connection that was reset', () => {
    const resets = (times: number) => {
      answer = async () => {
        if (sent.length <= times) throw new ConnectionReset('read ECONNRESET');
        return '{"data":{"b":1}}';
      };
    };

    test('a query is sent once more', async () => {
      resets(1);

      expect(await open()('points').ask(QUERY, given(), asker())).toMatchObject({ data: { b: 1 } });
      expect(sent).toHaveLength(2);
    });

    test('a query is not sent a third time', async () => {
      resets(2);

      await expect(open()('points').ask(QUERY, given(), asker())).rejects.toMatchObject(AWAY);
      expect(sent).toHaveLength(2);
    });

    test('a mutation is never sent again', async () => {
      resets(1);

      await expect(open()('points').ask(MUTATION, given(), asker())).rejects.toMatchObject(AWAY);
      expect(sent).toHaveLength(1);
    });
  });

  test('a query that failed otherwise is not sent again', async () => {
    answer = () => Promise.reject(new Error('connect ECONNREFUSED'));

    await expect(open()('points').ask(QUERY, given(), asker())).rejects.toMatchObject(AWAY);
    expect(sent).toHaveLength(1);
  });

  test('after five queries in a row without an answer the room is not asked, and whoever watches is told', async () => {
    const told: string[] = [];
    const log = pino({ level: 'silent' });
    const onCircuit = (room: string, state: string) => told.push(`${room} ${state}`);
    const source = roomSources(() => remote, { log, shareQueries: true, onCircuit })('points');
    answer = () => Promise.reject(new Error('connect ECONNREFUSED'));

    for (let time = 0; time < 6; time += 1)
      await expect(source.ask(QUERY, given(), asker())).rejects.toMatchObject(AWAY);

    expect([sent.length, told]).toEqual([5, ['points open']]);
  });
});

describe('equal queries under way over HTTP', () => {
  const twice = (source: ReturnType<ReturnType<typeof open>>, first: GatewayContext, second: GatewayContext, a = 1) =>
    Promise.all([source.ask(QUERY, given({ a: 1 }), first), source.ask(QUERY, given({ a }), second)]);

  test('of one viewer are asked once, and each asker gets a copy', async () => {
    const [one, other] = await twice(open()('points'), asker(), asker({ ...operator }));

    expect(sent).toHaveLength(1);
    expect(one).toEqual(other);
    expect(one.data).not.toBe(other.data);
  });

  test('are asked twice when they are not to be shared', async () => {
    await twice(open(false)('points'), asker(), asker());

    expect(sent).toHaveLength(2);
  });

  test('with other variables are asked by themselves', async () => {
    await twice(open()('points'), asker(), asker(), 2);

    expect(sent).toHaveLength(2);
  });

  test.each<[string, Viewer]>([
    ['owner', { ...operator, owner: 'key:other' }],
    ['kind', { ...operator, kind: 'partner' }],
    ['scopes', { ...operator, scopes: [] }],
    ['space', { ...operator, space: 'sandbox' }],
    ['partner', { ...operator, partnerId: '0193510f-2d16-7000-8000-000000000000' }],
    ['member', { ...operator, memberId: '0193510f-2d16-7000-8000-000000000000' }],
  ])('of a viewer with another %s are asked by themselves', async (_, other) => {
    await twice(open()('points'), asker(), asker(other));

    expect(sent.map(({ viewer }) => viewer)).toEqual([operator, other]);
  });

  test.each(['points', 'members', 'partners'] as const)('are not shared across a mutation in %s', async (written) => {
    const sources = open();
    const gates: (() => void)[] = [];
    answer = (body) =>
      new Promise((resolve) => {
        gates.push(() => resolve(`{"data":{"b":${gates.length}}}`));
        if (!body.includes('query Q')) resolve('{"data":{"b":0}}');
      });
    const source = sources('points');
    const before = source.ask(QUERY, given(), asker());

    const mutation = sources(written).ask(MUTATION, given(), asker());
    const during = source.ask(QUERY, given(), asker());
    await mutation;
    const after = source.ask(QUERY, given(), asker());
    gates.forEach((answerIt) => answerIt());
    await Promise.all([before, during, after]);

    expect(sent.filter(({ body }) => body.includes('query Q'))).toHaveLength(3);
  });

  test('mutations are never shared', async () => {
    const source = open()('points');

    await Promise.all([source.ask(MUTATION, given(), asker()), source.ask(MUTATION, given(), asker())]);

    expect(sent).toHaveLength(2);
  });

  test('the room is asked on until the last asker is gone, which is no fault to log', async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    answer = () =>
      new Promise((_, reject) => {
        sent[0]!.signal!.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const source = open()('points');
    const both = Promise.allSettled(
      [one, other].map(({ signal }) => source.ask(QUERY, given(), asker(operator, signal))),
    );

    one.abort();
    const afterOne = sent[0]!.signal!.aborted;
    other.abort();

    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([afterOne, sent[0]!.signal!.aborted]).toEqual([false, true]);
    expect(logged.filter(({ level }) => Number(level) > 20)).toEqual([]);
  });
});

describe('in this process', () => {
  const one = till('0193510f-2d16-7000-8000-000000000000');

  test('a fetch is executed for the viewer, and its answer comes without a text', async () => {
    answer = async () => '{"b":1}';

    const answered = await open()('members').ask(QUERY, given({ a: 2 }), asker(one));

    expect(answered).toEqual({ data: { b: 1 } });
    expect(executed).toMatchObject([
      { request: { query: QUERY.query, operationName: 'Q', variables: { a: 2 } }, viewer: one },
    ]);
  });

  test('the fetches of a query share what was read, those of another request do not', async () => {
    const source = open()('members');
    const [first, second] = [asker(), asker()];

    for (const context of [first, first, second]) await source.ask(QUERY, given(), context);

    expect(executed.map(({ shared }) => shared === first)).toEqual([true, true, false]);
    expect(executed[2]!.shared).toBe(second);
  });

  test('nothing is shared in a request that writes, wherever it wrote', async () => {
    const sources = open();
    const context = asker();

    await sources('points').ask(MUTATION, given(), context);
    await sources('members').ask(QUERY, given(), context);
    await sources('members').ask(MUTATION, given(), asker());

    expect(executed.map(({ shared }) => shared)).toEqual([undefined, undefined]);
  });

  test('an asker who leaves waits no longer, and is not logged as a fault', async () => {
    const leaver = new AbortController();
    answer = () => new Promise(() => undefined);
    const asked = open()('members').ask(QUERY, given(), asker(one, leaver.signal));

    leaver.abort();

    await expect(asked).rejects.toMatchObject({ message: 'members is away' });
    expect(logged).toMatchObject([{ level: 20 }]);
  });

  test('whose time is over waits no longer, and that is a fault', async () => {
    const deadline = new AbortController();
    answer = () => new Promise(() => undefined);
    const asked = open()('members').ask(QUERY, given(), asker(one, deadline.signal));

    deadline.abort(new DOMException('too late', 'TimeoutError'));

    await expect(asked).rejects.toMatchObject({ extensions: { retryable: true } });
    expect(logged).toMatchObject([{ level: 50, err: { message: 'the time for an answer is over' } }]);
  });

  test('who left already asks nothing', async () => {
    await expect(open()('members').ask(MUTATION, given(), asker(one, AbortSignal.abort()))).rejects.toMatchObject({
      message: 'members is away',
    });

    expect(executed).toEqual([]);
  });
});
