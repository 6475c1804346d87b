import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { Transaction } from '../../subgraphs/shared/database.ts';
import { inputHash, once, type Request } from '../../subgraphs/shared/idempotency.ts';
import { Refused } from '../../subgraphs/shared/refusal.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { newNote, noteRoom } from './fixture.ts';

let notes: TestRoom;
let live: DataSource;

beforeAll(async () => {
  notes = await testRoom(noteRoom);
  live = notes.room.database.space('live').source;
});
afterAll(() => notes.close());
beforeEach(() => notes.query('truncate request, note'));

const request = (key = 'k', input: object = { body: 'a note' }): Request => ({
  owner: 'key:till',
  mutation: 'noteWrite',
  key,
  input,
});
const write = async (tx: Transaction) => ({ id: await newNote(tx) });
const counts = async () => {
  const [row] = await notes.query(
    'select (select count(*)::int from note) notes, (select count(*)::int from request) keys',
  );
  return row;
};

test('the same request again gets the first answer and does nothing', async () => {
  const first = await once(live, request(), write);
  const second = await once(live, request(), write);

  expect(first.replayed).toBe(false);
  expect(second).toEqual({ answer: first.answer, replayed: true });
  expect(await counts()).toEqual({ notes: 1, keys: 1 });
});

test('the same key with another input is refused', async () => {
  await once(live, request(), write);

  await expect(once(live, request('k', { body: 'another' }), write)).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
    retryable: false,
    field: ['idempotencyKey'],
  });
  expect(await counts()).toEqual({ notes: 1, keys: 1 });
});

test.each([
  ['owner', { owner: 'key:another till' }],
  ['mutation', { mutation: 'noteErase' }],
  ['key', { key: 'l' }],
])('another %s is another request', async (_, other) => {
  await once(live, request(), write);
  const second = await once(live, { ...request(), ...other }, write);

  expect(second.replayed).toBe(false);
  expect(await counts()).toEqual({ notes: 2, keys: 2 });
});

test('what was refused leaves no trace, and its key free for another input', async () => {
  const refuse = async (tx: Transaction) => {
    await newNote(tx);
    throw new Refused('NOTE_LOUD', 'Too loud.');
  };
  await expect(once(live, request(), refuse)).rejects.toMatchObject({ code: 'NOTE_LOUD' });
  expect(await counts()).toEqual({ notes: 0, keys: 0 });

  const second = await once(live, request('k', { body: 'softer' }), write);

  expect(second.replayed).toBe(false);
});

test('without a key the work is done each time', async () => {
  await once(live, null, write);
  await once(live, null, write);

  expect(await counts()).toEqual({ notes: 2, keys: 0 });
});

test('of 20 at once one has an effect and 19 get its answer', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => once(live, request(), write)));

  expect(new Set(answers.map(({ answer }) => answer.id)).size).toBe(1);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(await counts()).toEqual({ notes: 1, keys: 1 });
});

test('one that takes longer than 2 s is told to be under way, and may be sent again', async () => {
  let finish!: () => void;
  const slow = new Promise<void>((resolve) => (finish = resolve));
  let begun!: () => void;
  const writing = new Promise<void>((resolve) => (begun = resolve));
  const first = once(live, request(), async (tx) => {
    const answer = await write(tx);
    begun();
    await slow;
    return answer;
  });
  await writing;

  await expect(once(live, request(), write)).rejects.toMatchObject({
    code: 'IDEMPOTENCY_IN_PROGRESS',
    retryable: true,
  });
  finish();

  const { answer } = await first;
  expect(await once(live, request(), write)).toEqual({ answer, replayed: true });
  expect(await counts()).toEqual({ notes: 1, keys: 1 });
});

describe('a key', () => {
  test.each(['a', '~'.repeat(255), 'with space', '01JD8K3V'])('may be %p', async (key) => {
    expect(await once(live, request(key), write)).toMatchObject({ replayed: false });
  });

  test.each(['', 'x'.repeat(256), 'žurnāls', 'tab\t', 'line\n'])('may not be %p', async (key) => {
    await expect(once(live, request(key), write)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_INVALID' });
    expect(await counts()).toEqual({ notes: 0, keys: 0 });
  });
});

describe('an input counts as the same', () => {
  const same = (a: object, b: object) => inputHash(a).equals(inputHash(b));

  test('with its fields in any order, at any depth', () => {
    expect(same({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toBe(true);
  });

  test('with a field absent, null or undefined', () => {
    expect(same({ a: 1 }, { a: 1, b: null, c: undefined })).toBe(true);
  });

  test('whatever its idempotencyKey', () => {
    expect(same({ a: 1, idempotencyKey: 'x' }, { a: 1, idempotencyKey: 'y' })).toBe(true);
  });

  test.each([
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: '1' }, { a: 1 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: [] }, {}],
  ])('but %j is not %j', (a, b) => {
    expect(same(a, b)).toBe(false);
  });
});
