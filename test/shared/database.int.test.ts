import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase, type Database } from '../../subgraphs/shared/database.ts';
import { freshDatabase } from '../support/postgres.ts';
import { newNote, Note0001, noteRoom } from './fixture.ts';

let fresh: Awaited<ReturnType<typeof freshDatabase>>;
let database: Database;
const statements: string[] = [];

const open = (options: { url?: string; poolSize?: number; spaces?: string[] } = {}) =>
  openDatabase({
    url: fresh.url,
    room: 'members',
    spaces: ['live', 'sandbox'],
    entities: [],
    migrations: [Note0001],
    onStatement: (text) => statements.push(text),
    ...options,
  });

beforeAll(async () => {
  fresh = await freshDatabase(noteRoom);
  database = await open({ poolSize: 2 });
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

const source = (space: string) => database.space(space).source;
const bodies = async (space: string) =>
  (await source(space).query<{ body: string }[]>('select body from note order by body')).map(({ body }) => body);

test('two spaces on one pool never see each other, however their statements mix', async () => {
  await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const space = index % 2 === 0 ? 'live' : 'sandbox';
      await source(space).transaction((tx) => newNote(tx, space));
    }),
  );

  expect(await bodies('live')).toEqual(Array.from({ length: 50 }, () => 'live'));
  expect(await bodies('sandbox')).toEqual(Array.from({ length: 50 }, () => 'sandbox'));
});

test('a space that failed in a transaction leaves its connection clean', async () => {
  const before = await bodies('live');

  await expect(
    source('live').transaction(async (tx) => {
      await newNote(tx);
      await tx.query('select no_such_column');
    }),
  ).rejects.toMatchObject({ code: '42703' });

  expect(await bodies('live')).toEqual(before);
});

test('a space that was not opened is not there', () => {
  expect(() => database.space('elsewhere')).toThrow('no space elsewhere in members');
});

test('every statement is reported once', async () => {
  statements.length = 0;

  await source('live').query('select 1');
  await source('sandbox').transaction((tx) => tx.query('select 2'));

  expect(statements).toEqual(['select 1', 'START TRANSACTION', 'select 2', 'COMMIT']);
});

test('bigints are numbers, days and instants are texts, whatever the machine', async () => {
  const [row] = await source('live').query<unknown[]>(
    `select 9007199254740991::bigint big, '2026-08-14'::date "day", '2026-08-14 14:00:00.5+02'::timestamptz at,
       '1969-12-31 23:59:59Z'::timestamptz before`,
  );

  expect(row).toEqual({
    big: 9_007_199_254_740_991,
    day: '2026-08-14',
    at: '2026-08-14T12:00:00.500000Z',
    before: '1969-12-31T23:59:59.000000Z',
  });
});

test('a bigint beyond 2^53 - 1 is an error and not another number', async () => {
  await expect(source('live').query('select 9007199254740992::bigint')).rejects.toThrow('beyond 2^53 - 1');
  expect(await source('live').query('select 1 answer')).toEqual([{ answer: 1 }]);
});

test('a database that is not there is made, by however many at once', async () => {
  const url = new URL(fresh.url);
  url.pathname += '_new';

  const opened = await Promise.all([1, 2, 3].map(() => open({ url: url.href, poolSize: 2 })));

  for (const one of opened) {
    expect(await one.space('live').source.query('select name from migration')).toEqual([
      { name: 'note-0000000000001' },
    ]);
  }
  await Promise.all(opened.map((one) => one.close()));
  await source('live').query(`drop database "${url.pathname.slice(1)}" with (force)`);
});

test('a space that is added later is migrated as the others were', async () => {
  const grown = await open({ spaces: ['live', 'sandbox', 'sandbox_2'] });

  const id = await newNote(grown.space('sandbox_2').source);

  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  await grown.close();
});

test('a server that is away is an error, and nothing is left open', async () => {
  const url = new URL(fresh.url);
  url.port = '1';

  await expect(open({ url: url.href })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
