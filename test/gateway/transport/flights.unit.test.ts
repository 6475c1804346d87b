// Equal queries under way are one; each asker may leave, and nobody reads what was before their own write.
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Flights } from '../../../gateway/transport/flights.ts';

interface Started {
  signal: AbortSignal;
  arrive: (text: string) => void;
  fail: (error: Error) => void;
}

let flights: Flights;
let started: Started[];

beforeEach(() => {
  flights = new Flights();
  started = [];
});

const join = (key: string, signal?: AbortSignal) =>
  flights.join(
    key,
    (own) => {
      const { promise, resolve: arrive, reject: fail } = Promise.withResolvers<string>();
      started.push({ signal: own, arrive, fail });
      return promise;
    },
    signal,
  );

test('equal queries are asked once, and all get the answer', async () => {
  const answers = Promise.all([join('a'), join('a'), join('a', new AbortController().signal)]);
  started[0]!.arrive('1');

  expect(await answers).toEqual(['1', '1', '1']);
  expect(started).toHaveLength(1);
});

test('other queries are asked by themselves', () => {
  void join('a');
  void join('b');

  expect(started).toHaveLength(2);
});

test.each([
  ['answered', () => started[0]!.arrive('1')],
  ['failed', () => started[0]!.fail(new Error('reset'))],
])('one that has %s is not joined', async (_, end) => {
  const first = join('a');
  end();
  await first.catch(() => undefined);

  void join('a');

  expect(started).toHaveLength(2);
});

test('a failure is that of all who joined', async () => {
  const both = Promise.allSettled([join('a'), join('a', new AbortController().signal)]);
  started[0]!.fail(new Error('reset'));

  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('what began before a write is not joined after it, and the newer one can be', async () => {
  const old = join('a');
  flights.drop();
  const [fresh, second] = [join('a'), join('a')];
  started[0]!.arrive('before');
  await old;
  const third = join('a');
  started[1]!.arrive('after');

  expect(await Promise.all([old, fresh, second, third])).toEqual(['before', 'after', 'after', 'after']);
  expect(started).toHaveLength(2);
});

describe('an asker who leaves', () => {
  test('is told at once, and the others still get the answer', async () => {
    const leaver = new AbortController();
    const [left, stays] = [join('a', leaver.signal), join('a', new AbortController().signal)];

    leaver.abort();
    await expect(left).rejects.toThrow('nobody waits');
    started[0]!.arrive('1');

    expect(await stays).toBe('1');
    expect(started[0]!.signal.aborted).toBe(false);
  });

  test('as the last one ends the query, which nobody joins any more', async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const both = Promise.allSettled([join('a', one.signal), join('a', other.signal)]);

    one.abort();
    other.abort();
    await both;
    void join('a');

    expect(started.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });

  test('before asking asks nothing', async () => {
    await expect(join('a', AbortSignal.abort())).rejects.toThrow('nobody waits');

    expect(started).toEqual([]);
  });

  test('after the answer changes nothing', async () => {
    const leaver = new AbortController();
    const asked = join('a', leaver.signal);
    started[0]!.arrive('1');
    await asked;

    leaver.abort();

    expect(started[0]!.signal.aborted).toBe(false);
  });
});
