// What is counted of requests, fetches, plans and cost, and who may read it.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hashOf } from '../../../gateway/documents/manifest.ts';
import { client } from '../../support/client.ts';
import { counted, samples, scrape } from './scrape.ts';
import { BROKEN, KEY, ME, openWorld, type World } from './world.ts';

const BY_CLIENT = 'gateway_requests_total';
const BY_OPERATION = 'gateway_request_duration_seconds_count';
const BY_ROOM = 'gateway_fetch_duration_seconds_count';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** A request is counted when its connection has taken the whole answer, which its client knows a little earlier. */
async function until<T>(found: () => Promise<T | false>): Promise<T> {
  for (;;) {
    const value = await found();
    if (value !== false) return value;
    await sleep(5);
  }
}
const measured = (requests: number) =>
  until(async () => {
    const text = await scrape(world.url);
    const sum = Object.values(counted(text, BY_CLIENT)).reduce((all, one) => all + one, 0);
    return sum >= requests && text;
  });

describe('a request', () => {
  test('is counted by operation and outcome, its fetches by room', async () => {
    const { data } = await world.client.send(ME);
    await world.client.send(BROKEN);
    await world.client.send('query Ada { me { id forbidden } }');
    await world.client.send('query Ada { nothing }');

    const text = await measured(4);

    expect(data).toEqual({ me: { id: '1', name: 'Ada Example', favourite: 'tea' } });
    expect(counted(text, BY_OPERATION)).toEqual({ 'Me ok': 1, 'Broken fault': 1, 'other refused': 2 });
    expect(counted(text, BY_ROOM)).toEqual({ 'ok members': 1, 'errors members': 2, 'ok partners': 1 });
    expect(counted(text, 'gateway_plan_duration_seconds_count')).toEqual({ '': 3 });
    expect(counted(text, 'gateway_requests_in_flight')).toEqual({});
  });

  test('is counted by client, version and kind of credential', async () => {
    const named = (name: string, version: string) => ({
      'apollographql-client-name': name,
      'apollographql-client-version': version,
    });

    await world.client.send(ME, {}, named('frontend', '2.1.0'));
    await world.client.send(ME, {}, named('till-app', '7'));
    await world.client.send(ME, {}, named('ada@example.com', '7'));
    await world.client.send(ME);
    await client(world.url).send(ME);
    await client(world.url, `${KEY}x`).send(ME);

    expect(counted(await measured(6), BY_CLIENT)).toEqual({
      'frontend operator ok 2.1.0': 1,
      'till-app operator ok 7': 1,
      'other operator ok none': 1,
      'none operator ok none': 1,
      'none anonymous refused none': 1,
      'none unknown refused none': 1,
    });
  });

  test('costs what was requested and what was found', async () => {
    await world.client.send(ME);
    await world.client.send(ME);

    const text = await measured(2);

    expect(counted(text, 'gateway_cost_total')).toEqual({ 'requested Me': 14, 'actual Me': 14 });
  });

  test('that its client leaves is counted as cancelled, and so is its fetch', async () => {
    const { hostname, port } = new URL(world.url);
    const socket = connect(Number(port), hostname);
    const body = '{"query":"{ slow }"}';
    const head = ['POST /graphql HTTP/1.1', 'host: x', 'content-type: application/json', `x-api-key: ${KEY}`];
    socket.write([...head, `content-length: ${body.length}`, '', body].join('\r\n'));
    const inFlight = await until(async () => {
      if (world.heard.length < 2) return false;
      return counted(await scrape(world.url), 'gateway_requests_in_flight');
    });

    socket.destroy();
    const text = await measured(1);

    expect(inFlight).toEqual({ '': 1 });
    expect(counted(text, BY_OPERATION)).toEqual({ 'other cancelled': 1 });
    expect(counted(await until(fetched), BY_ROOM)).toEqual({ 'cancelled partners': 1 });
    world.release();

    async function fetched() {
      const again = await scrape(world.url);
      return Object.keys(counted(again, BY_ROOM)).length > 0 && again;
    }
  });

  test('to a room that is away is told apart, and opens its circuit in the end', async () => {
    await world.client.send(ME);
    const before = counted(await measured(1), 'gateway_circuit');
    world.isAway = true;
    for (let asked = 0; asked < 5; asked += 1) await world.client.send(ME);

    const text = await measured(6);

    expect(before).toMatchObject({ 'members closed': 1, 'partners closed': 1 });
    expect(counted(text, 'gateway_circuit')).toMatchObject({ 'members closed': 1, 'partners open': 1 });
    expect(counted(text, BY_ROOM)).toEqual({ 'ok members': 6, 'ok partners': 1, 'away partners': 5 });
  });

  test('makes no label of its own, whatever many of them say', async () => {
    const before = samples(await scrape(world.url)).length;

    for (let index = 0; index < 60; index += 1)
      await world.client.send(`query Q${index} { a${index}: drink }`, {}, { 'apollographql-client-name': `c${index}` });
    const text = await measured(60);

    expect(counted(text, BY_OPERATION)).toEqual({ 'other ok': 60 });
    expect(counted(text, BY_CLIENT)).toEqual({ 'other operator ok none': 60 });
    expect(samples(text).length - before).toBeLessThan(40);
  });
});

describe('the log', () => {
  const FAR = 1_000_000;
  const logged = () =>
    world.lines.map((line) => JSON.parse(line) as { msg: string }).filter(({ msg }) => / (slow|long)$/.test(msg));

  test.each([
    [
      'a request',
      { slowRequestMs: 0, slowPlanMs: FAR },
      { msg: 'a request was slow', outcome: 'ok', requestId: 'r-1' },
    ],
    ['a plan', { slowRequestMs: FAR, slowPlanMs: 0 }, { msg: 'a plan took long' }],
    ['nothing', { slowRequestMs: FAR, slowPlanMs: FAR }, null],
  ])('tells %s that took too long, by operation and hash', async (_, settings, told) => {
    await world.close();
    world = await openWorld(settings);

    await world.client.send(ME, {}, { 'x-request-id': 'r-1' });
    await measured(1);

    const facts = {
      level: 40,
      room: 'gateway',
      operation: 'Me',
      document: hashOf(ME),
      milliseconds: expect.any(Number),
    };
    const line = { time: expect.any(Number), pid: process.pid, hostname: expect.any(String), ...facts, ...told };
    expect(logged()).toEqual(told === null ? [] : [line]);
  });
});

describe('metrics', () => {
  const get = (headers: Record<string, string>) => fetch(new URL('/metrics', world.url), { headers });

  test('without a token are for this machine, and not through a proxy', async () => {
    const own = await get({});
    const proxied = await get({ 'x-forwarded-for': '203.0.113.7' });
    const named = await get({ forwarded: 'for=203.0.113.7' });

    expect([own.status, proxied.status, named.status]).toEqual([200, 403, 403]);
    expect(own.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  test('with a token are for who has it, from wherever', async () => {
    await world.close();
    world = await openWorld({ metricsToken: 'a-token-of-metrics' });
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

    const statuses = [
      await get({}),
      await get(bearer('another-token')),
      await get(bearer(KEY)),
      await get({ ...bearer('a-token-of-metrics'), 'x-forwarded-for': '203.0.113.7' }),
    ].map(({ status }) => status);

    expect(statuses).toEqual([401, 401, 401, 200]);
  });

  test('are got, not posted', async () => {
    const { status } = await fetch(new URL('/metrics', world.url), { method: 'POST' });

    expect(status).toBe(405);
  });
});
