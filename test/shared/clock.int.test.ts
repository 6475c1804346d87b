import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { advanceClock, isSandbox, now } from '../../subgraphs/shared/clock.ts';
import { operator, inSpace } from '../support/viewer.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { noteRoom } from './fixture.ts';

const DAY_SECONDS = 86_400;

let notes: TestRoom;
beforeAll(async () => {
  notes = await testRoom(noteRoom);
});
afterAll(() => notes.close());

const space = (name: string) => notes.room.database.space(name);
const ahead = async () => {
  const [row] = await notes.query<{ seconds: number }>(
    'select extract(epoch from ahead)::float seconds from clock_offset',
    [],
    'sandbox',
  );
  return row!.seconds;
};

test('an instant is UTC with six decimals, so that texts sort as times', async () => {
  const first = await now(space('live').source);
  const second = await now(space('live').source);

  expect(first).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  expect(second > first).toBe(true);
});

test('only names that begin with sandbox are sandboxes', () => {
  expect(['sandbox', 'sandbox_2', 'live', 'my_sandbox'].map(isSandbox)).toEqual([true, true, false, false]);
});

test("a sandbox's time moves forward, and everyone there sees it", async () => {
  await advanceClock(space('sandbox'), 'P30D');

  expect(await ahead()).toBe(30 * DAY_SECONDS);
  const { data } = await notes.ask(inSpace('sandbox', operator), '{ noteClock }');
  expect(Date.parse(String(data?.['noteClock'])) - Date.now()).toBeGreaterThan(29 * DAY_SECONDS * 1000);
});

test.each(['P-1D', 'PT-0.000001S'])('it never goes back: %s is refused', async (by) => {
  const before = await ahead();

  await expect(advanceClock(space('sandbox'), by)).rejects.toThrow('a clock only moves forward');

  expect(await ahead()).toBe(before);
});

test.each([
  'delete from clock_offset',
  `update clock_offset set ahead = '0'`,
  'insert into clock_offset (one) values (true)',
])('nor by hand: %s', async (statement) => {
  await expect(notes.query(statement, [], 'sandbox')).rejects.toThrow('a clock only moves forward');
});

test('a live clock cannot be moved: it has nothing to move', async () => {
  await expect(advanceClock(space('live'), 'P1D')).rejects.toThrow('live is live');

  expect(await notes.query(`select to_regclass('clock_offset') clock_offset`)).toEqual([{ clock_offset: null }]);
});
