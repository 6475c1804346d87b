// A room that is away is left alone for a second, then tried by one request.
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { circuit, type Circuit } from '../../../gateway/transport/circuit.ts';
import { Abandoned } from '../../../subgraphs/shared/exchange.ts';
import { WrongAnswer } from '../../../subgraphs/shared/peer.ts';

const START = new Date('2026-08-14T12:00:00Z').getTime();

let states: Circuit[];
let through: ReturnType<typeof circuit>;
let sent: number;

beforeEach(() => {
  jest.useFakeTimers({ now: START, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  states = [];
  sent = 0;
  through = circuit((state) => states.push(state));
});
afterEach(() => {
  jest.useRealTimers();
});

const send = (error?: Error) =>
  through(async () => {
    sent += 1;
    if (error !== undefined) throw error;
    return 'answer';
  });

async function fail(times: number, error: Error): Promise<void> {
  for (let time = 0; time < times; time += 1) await expect(send(error)).rejects.toBe(error);
}

const reset = new Error('read ECONNRESET');
const answered = (status: number) => new WrongAnswer('points', { status, contentType: 'text/html', text: 'oops' });

test('after five faults in a row nothing is sent for a second', async () => {
  await fail(5, reset);

  jest.setSystemTime(START + 999);
  await expect(send()).rejects.toThrow('circuit breaker is open');

  expect([sent, states]).toEqual([5, ['open']]);
});

test('an answer between them begins the count anew', async () => {
  await fail(4, reset);
  await send();
  await fail(4, reset);

  expect(await send()).toBe('answer');
  expect(states).toEqual([]);
});

test('after the second one request tries the room, the others are refused meanwhile, and its answer closes the circuit', async () => {
  await fail(5, reset);
  jest.setSystemTime(START + 1_000);
  const answer = Promise.withResolvers<string>();

  const trying = through(() => answer.promise);
  await expect(send()).rejects.toThrow('the room is being tried by another request');
  answer.resolve('back');

  expect(await trying).toBe('back');
  expect(await send()).toBe('answer');
  expect([sent, states]).toEqual([6, ['open', 'half-open', 'closed']]);
});

test.each([
  ['fails', reset],
  ['is left by its asker', new Abandoned()],
])('a try that %s opens the circuit for another second', async (_, error) => {
  await fail(5, reset);
  jest.setSystemTime(START + 1_000);

  await fail(1, error);
  jest.setSystemTime(START + 1_999);
  await expect(send()).rejects.toThrow('circuit breaker is open');

  expect(states).toEqual(['open', 'half-open', 'open']);
});

test.each([
  ['an asker who left', new Abandoned()],
  ['a wrong answer', answered(500)],
  ['a refusal', answered(401)],
  ['an answer of another kind', answered(200)],
])('%s is no fault of the way', async (_, error) => {
  await fail(20, error);

  expect([sent, states]).toEqual([20, []]);
});

test.each([502, 503, 504])('%i, which a proxy answers for a room that is away, is a fault', async (status) => {
  await fail(5, answered(status));

  expect(states).toEqual(['open']);
});
