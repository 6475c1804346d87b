// A room over real connections that break: what is sent again, what is not, and what an asker who leaves stops.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { roomSources } from '../../../gateway/transport/room-sources.ts';
import type { FetchOperation, FetchVariables, RoomSource } from '../../../gateway/transport/source.ts';
import { operator } from '../../support/viewer.ts';
import { ALL_FAULTS, NEVER, type Fault } from './proxy.ts';
import { startRooms, type TinyRooms } from './rooms.ts';

const DRINK: FetchOperation = { query: '{ drink }', operationName: undefined, kind: 'query' };
const SERVE: FetchOperation = {
  query: 'mutation ($drink: String!) { serve(drink: $drink) }',
  operationName: undefined,
  kind: 'mutation',
};
const none: FetchVariables = { json: () => '{}', values: () => ({}) };
const tea: FetchVariables = { json: () => '{"drink":"tea"}', values: () => ({ drink: 'tea' }) };
const AWAY = { message: 'partners is away', extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: true } };

let rooms: TinyRooms;
let source: RoomSource;

beforeEach(async () => {
  rooms = await startRooms();
  source = roomSources(() => rooms.partners, { log: pino({ level: 'silent' }), shareQueries: true })('partners');
});
afterEach(() => rooms.close());

const asker = (signal?: AbortSignal) => ({
  viewer: operator,
  requestId: 'r-1',
  ...(signal === undefined ? {} : { signal }),
});
async function eventually(holds: () => boolean): Promise<void> {
  for (let time = 0; !holds() && time < 500; time += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
}

/** Asks; once the room has heard so much, the time for an answer that never comes is over. */
async function ask(fault: Fault, operation: FetchOperation, variables: FetchVariables, heard: number) {
  const deadline = new AbortController();
  const asked = source.ask(operation, variables, asker(deadline.signal));
  if (fault === NEVER) {
    await eventually(() => rooms.heard.length === heard);
    deadline.abort(new DOMException('late', 'TimeoutError'));
  }
  return asked;
}

const RESETS: Fault[] = ['a reset before the answer', 'an end before the answer'];

test.each(RESETS)('after %s a query is asked once more', async (fault) => {
  rooms.proxy.next = [fault];

  expect(await source.ask(DRINK, none, asker())).toMatchObject({ data: { drink: 'water' } });
  expect(rooms.heard).toEqual(['water', 'water']);
});

test.each(ALL_FAULTS)('a query that meets %s each time fails, and is asked twice at the most', async (fault) => {
  rooms.proxy.always = fault;

  await expect(ask(fault, DRINK, none, 1)).rejects.toMatchObject(AWAY);

  expect(rooms.heard).toEqual(RESETS.includes(fault) ? ['water', 'water'] : ['water']);
});

test.each(ALL_FAULTS)(
  'a mutation that meets %s fails, the room hears it once and can be asked again',
  async (fault) => {
    rooms.proxy.next = [fault];

    await expect(ask(fault, SERVE, tea, 2)).rejects.toMatchObject(AWAY);
    const after = await source.ask(DRINK, none, asker());

    expect(after).toMatchObject({ data: { drink: 'water' } });
    expect(rooms.heard).toEqual(['serving tea', 'tea served', 'water']);
  },
);

test('an asker who leaves a query ends its connection to the room', async () => {
  rooms.proxy.always = NEVER;
  const leaver = new AbortController();
  const asked = source.ask(DRINK, none, asker(leaver.signal));
  await eventually(() => rooms.heard.length === 1);

  leaver.abort();

  await expect(asked).rejects.toMatchObject(AWAY);
  await eventually(() => rooms.proxy.waiting.size === 0);
});

test('an asker who leaves a mutation does not stop it', async () => {
  const { promise, resolve: serve } = Promise.withResolvers<void>();
  rooms.serving = promise;
  const leaver = new AbortController();
  const asked = source.ask(SERVE, tea, asker(leaver.signal));
  await eventually(() => rooms.heard.length === 1);

  leaver.abort();
  await expect(asked).rejects.toMatchObject(AWAY);
  await eventually(() => rooms.proxy.waiting.size === 0);
  serve();

  await eventually(() => rooms.heard.length === 2);
  expect(rooms.heard).toEqual(['serving tea', 'tea served']);
});

test('what waits for a connection when its asker leaves is never sent', async () => {
  rooms.proxy.always = NEVER;
  const [busy, leaver] = [new AbortController(), new AbortController()];
  const others = Array.from({ length: 32 }, () => source.ask(SERVE, tea, asker(busy.signal)));
  await eventually(() => rooms.heard.filter((what) => what === 'tea served').length === 32);
  const waiting = source.ask(SERVE, { ...tea, json: () => '{"drink":"wine"}' }, asker(leaver.signal));

  leaver.abort();
  await expect(waiting).rejects.toMatchObject(AWAY);
  rooms.proxy.always = 'none';
  busy.abort();
  await Promise.allSettled(others);
  await source.ask(DRINK, none, asker());

  expect(rooms.heard.filter((what) => what.includes('wine'))).toEqual([]);
});

test('twenty equal queries of one viewer are one at the room', async () => {
  const signal = new AbortController().signal;
  const answers = await Promise.all(Array.from({ length: 20 }, () => source.ask(DRINK, none, asker(signal))));

  expect(answers.map(({ data }) => data)).toEqual(Array.from({ length: 20 }, () => ({ drink: 'water' })));
  expect(rooms.heard).toEqual(['water']);
});
