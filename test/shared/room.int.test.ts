// Who shares what a room has read.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { testRoom, type TestRoom } from '../support/room.ts';
import { inSpace, operator, roomViewer } from '../support/viewer.ts';
import { noteRoom } from './fixture.ts';

let notes: TestRoom;
let contexts: number;

beforeAll(async () => {
  const context: typeof noteRoom.context = (request) => {
    contexts += 1;
    return request;
  };
  notes = await testRoom({ ...noteRoom, context });
});
afterAll(() => notes.close());
beforeEach(() => void (contexts = 0));

const ask = (viewer: typeof operator, shared?: object) =>
  notes.room.execute({ query: '{ noteSecret }' }, viewer, 'r-1', shared);

test('fetches of one request share a context, those of another have their own', async () => {
  const [first, second] = [{}, {}];

  await Promise.all([ask(operator, first), ask(operator, first), ask(operator, second)]);

  expect(contexts).toBe(2);
});

test('without a word of sharing each has its own', async () => {
  await Promise.all([ask(operator), ask(operator)]);

  expect(contexts).toBe(2);
});

test('another viewer is never answered from what was shared', async () => {
  const shared = {};

  const { data: operators } = await ask(operator, shared);
  const { data: rooms } = await ask(roomViewer('points', 'live'), shared);
  await ask(inSpace('sandbox', operator), shared);

  expect([operators, rooms]).toEqual([{ noteSecret: null }, { noteSecret: 'secret' }]);
  expect(contexts).toBe(3);
});
