// How much one client may ask in a minute, and who is not held up by others.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hash, keyOf, startFixture, type Fixture } from './fixture.ts';

let graph: Fixture;
let clients = 0;

/** A key that partners knows, and that nobody has used yet. */
function newKey(): string {
  clients += 1;
  const facts = { id: `key_${clients}`, kind: 'partner', partnerId: null, scopes: [], space: 'live', expiresAt: null };
  graph.clients.set(hash(keyOf(clients)), facts);
  return keyOf(clients);
}

async function ask(address: string, key?: string, query = '{ __typename }') {
  const response = await fetch(graph.gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': address,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ query }),
  });
  const left = ['limit', 'remaining', 'reset'].map((name) => response.headers.get(`ratelimit-${name}`));
  return { status: response.status, headers: response.headers, left, body: (await response.json()) as object };
}

async function statuses(count: number, ...asked: Parameters<typeof ask>) {
  const answers = [];
  for (let n = 0; n < count; n += 1) answers.push((await ask(...asked)).status);
  return answers;
}

beforeAll(async () => {
  graph = await startFixture({ proxies: 1, rates: { perCredential: 5, anonymous: 3, failed: 2 } });
});
afterAll(() => graph.close());

describe('a credential', () => {
  test('reads what is left, and is told to wait when nothing is', async () => {
    const key = newKey();

    const first = await ask('203.0.113.1', key);
    await statuses(4, '203.0.113.1', key);
    const beyond = await ask('203.0.113.1', key);

    expect([first.status, first.left]).toEqual([200, ['5', '4', '60']]);
    expect([beyond.status, beyond.left.slice(0, 2)]).toEqual([429, ['5', '0']]);
    expect(Number(beyond.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(beyond.body).toEqual({
      errors: [
        {
          message: 'Too many requests with this credential: 5 a minute are answered.',
          extensions: { code: 'THROTTLED' },
        },
      ],
    });
  });

  test('counts for itself, from wherever it comes; others at its address go on', async () => {
    const key = newKey();
    await statuses(3, '203.0.113.2', key);

    expect(await statuses(3, '203.0.113.3', key)).toEqual([200, 200, 429]);
    expect(await statuses(1, '203.0.113.3', newKey())).toEqual([200]);
  });

  test('that is throttled asks no room', async () => {
    const key = newKey();
    await statuses(5, '203.0.113.4', key);
    const before = graph.asked.members.length;

    await ask('203.0.113.4', key, '{ me { name } }');

    expect(graph.asked.members).toHaveLength(before);
  });
});

describe('without a credential', () => {
  test('an address has its own measure', async () => {
    expect(await statuses(4, '203.0.113.5')).toEqual([200, 200, 200, 429]);
    expect(await statuses(1, '203.0.113.6')).toEqual([200]);
  });
});

describe('bad credentials', () => {
  test('of one address are not looked up any more after a few', async () => {
    expect(await statuses(2, '203.0.113.7', keyOf(100))).toEqual([401, 401]);
    const before = graph.asked.partners.length;

    const answer = await ask('203.0.113.7', keyOf(101));

    expect(answer.status).toBe(429);
    expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'THROTTLED' } }] });
    expect(graph.asked.partners).toHaveLength(before);
    expect(await statuses(1, '203.0.113.8', keyOf(101))).toEqual([401]);
  });

  test('lock nobody out who is known there', async () => {
    const key = newKey();
    await ask('203.0.113.9', key);
    await statuses(4, '203.0.113.9', keyOf(102));

    expect(await statuses(1, '203.0.113.9', key)).toEqual([200]);
    expect(await statuses(1, '203.0.113.9', keyOf(102))).toEqual([429]);
  });

  test('cannot be spread over addresses that a client makes up', async () => {
    expect(await statuses(1, '192.0.2.1, 203.0.113.10', keyOf(103))).toEqual([401]);
    expect(await statuses(1, '192.0.2.2, 203.0.113.10', keyOf(103))).toEqual([401]);
    expect(await statuses(1, '192.0.2.3, 203.0.113.10', keyOf(103))).toEqual([429]);
  });
});
