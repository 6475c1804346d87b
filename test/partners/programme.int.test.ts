import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { partnersRoom } from '../../subgraphs/partners/main.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { applyFile, forget, SHIPPED, told } from './world.ts';

const ALL_ROWS = `
  select 'partner' kind, code, id, sequence from partner union all
  select 'channel', code, id, 0 from channel union all
  select 'location', code, id, sequence from location union all
  select 'terminal', code, id, 0 from terminal order by 1, 2, 3`;

let room: TestRoom;
let folder: string;

beforeAll(async () => {
  room = await testRoom(partnersRoom);
  folder = mkdtempSync(join(tmpdir(), 'programme-'));
});

afterAll(async () => {
  await room.close();
  rmSync(folder, { recursive: true });
});

const apply = (file: string) => applyFile(room, file);

/** A file with the shipped programme after some replacements. */
function changed(...replacements: [string, string][]): string {
  const file = join(folder, `${Math.random()}.yaml`);
  let text = readFileSync(SHIPPED, 'utf8');
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`the programme has no ${from}`);
    text = text.replace(from, to);
  }
  writeFileSync(file, text);
  return file;
}

describe('a programme', () => {
  beforeEach(() => forget(room));

  test('is registered in each space, with ids of its own', async () => {
    const live = await room.query<{ id: string }>(ALL_ROWS);
    const sandbox = await room.query<{ id: string }>(ALL_ROWS, [], 'sandbox');

    expect(live).toHaveLength(3 + 6 + 7 + 12);
    expect(sandbox).toHaveLength(live.length);
    expect(new Set([...live, ...sandbox].map((row) => row.id)).size).toBe(2 * live.length);
  });

  test('applied again changes and tells nothing', async () => {
    const before = await room.query(ALL_ROWS);

    await apply(SHIPPED);
    await apply(SHIPPED);

    expect(await room.query(ALL_ROWS)).toEqual(before);
    expect(await told(room)).toEqual([]);
  });

  test('with a partner renamed tells that and nothing else', async () => {
    const [{ id }] = (await room.query<{ id: string }>(`select id from partner where code = 'meadow'`)) as [
      { id: string },
    ];

    await apply(changed(['Meadow Books\n', 'Meadow Books & Tea\n']));

    expect(await told(room)).toEqual([
      {
        id: expect.any(String),
        name: 'partner.changed',
        aggregate: id,
        sequence: 2,
        payload: { partnerId: id, code: 'meadow', name: 'Meadow Books & Tea' },
      },
    ]);
    await apply(SHIPPED);
  });

  test('with a location in another channel tells where it belongs now', async () => {
    const file = changed(
      ["          - { code: northside-leeds, name: 'Northside, Leeds', terminals: [till-1, till-2] }\n", ''],
      [
        '          - { code: northside-online,',
        "          - { code: northside-leeds, name: 'Northside, Leeds', terminals: [till-1, till-3] }\n          - { code: northside-online,",
      ],
    );
    const [leeds] = await room.query<{ id: string; sequence: number; channelId: string; partnerId: string }>(
      `select l.id, l.sequence, c.id "channelId", c.partner_id "partnerId"
       from location l, channel c where l.code = 'northside-leeds' and c.code = 'northside-web'`,
    );

    await apply(file);

    expect(await told(room)).toEqual([
      {
        id: expect.any(String),
        name: 'location.changed',
        aggregate: leeds!.id,
        sequence: leeds!.sequence + 1,
        payload: {
          locationId: leeds!.id,
          code: 'northside-leeds',
          partnerId: leeds!.partnerId,
          partnerCode: 'northside',
          channelId: leeds!.channelId,
          channelCode: 'northside-web',
        },
      },
    ]);
    expect(await room.query('select code from terminal where location_id = $1 order by code', [leeds!.id])).toEqual([
      { code: 'till-1' },
      { code: 'till-2' },
      { code: 'till-3' },
    ]);
    await apply(SHIPPED);
  });

  test('keeps what its file no longer names', async () => {
    const before = await room.query<{ id: string }>(ALL_ROWS);
    const file = join(folder, 'none.yaml');
    writeFileSync(file, 'partners: []\n');

    await apply(file);

    expect(await room.query(ALL_ROWS)).toEqual(before);
  });

  test('applied by four processes at once is told once', async () => {
    const file = changed(['Harbour Coffee\n', 'Harbour Roasters\n'], ["'Harbour Coffee, Dover'", 'Dover Pier']);

    await Promise.all([apply(file), apply(file), apply(file), apply(file)]);

    expect((await told(room)).map((event) => event.name).toSorted()).toEqual(['location.changed', 'partner.changed']);
    await apply(SHIPPED);
  });

  test('cannot move a channel to another partner', async () => {
    const before = await room.query(ALL_ROWS);
    const file = changed(
      ['code: harbour-app', 'code: meadow-social'],
      ['      - code: meadow-social\n        kind: SOCIAL\n', '      - code: meadow-stream\n        kind: SOCIAL\n'],
    );

    await expect(apply(file)).rejects.toThrow('A channel stays with its partner');

    expect(await room.query(ALL_ROWS)).toEqual(before);
    expect(await told(room)).toEqual([]);
  });

  test('with a code twice is refused with its place', async () => {
    const file = changed(
      ['code: northside-leeds', 'code: northside-london'],
      ['[till-1, till-2, till-3, till-4]', '[till-1, till-1]'],
    );

    await expect(apply(file)).rejects.toThrow(
      /line \d+, column \d+: partners\.0\.channels\.0\.locations\.1\.code: northside-london is there twice[^]*terminals\.1: till-1 is there twice/,
    );
  });
});
