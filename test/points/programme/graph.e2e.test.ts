// A document through every room: checked by each, taken by each, and not undone by a start.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { ROOM_DEFINITIONS } from '../../../subgraphs/rooms.ts';
import { ROOMS, type RoomName } from '../../../subgraphs/shared/config.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import { openHouse, type House } from '../../../subgraphs/shared/launch.ts';
import { freshDatabase } from '../../support/postgres.ts';
import { operator } from '../../support/viewer.ts';

const SHIPPED = readFileSync('programmes/hybrid-retail.yaml', 'utf8');

let urls: Record<RoomName, string>;
const drops: (() => Promise<void>)[] = [];
let folder: string;
let house: House;

async function open(file: string): Promise<void> {
  house = await openHouse(
    ROOMS.map((room) => ROOM_DEFINITIONS[room]),
    { databaseUrl: (room) => urls[room], spaces: ['live'], programme: file, log: pino({ level: 'silent' }) },
  );
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'programme-'));
  const made = await Promise.all(
    ROOMS.map(async (room) => {
      const { url, drop } = await freshDatabase(ROOM_DEFINITIONS[room]);
      drops.push(drop);
      return [room, url] as const;
    }),
  );
  urls = Object.fromEntries(made) as typeof urls;
  await open('programmes/hybrid-retail.yaml');
});
afterAll(async () => {
  await house.close();
  await Promise.all(drops.map((drop) => drop()));
  rmSync(folder, { recursive: true });
});

/** A document with another thing in each room's section. */
const changed = (mark: number): string =>
  SHIPPED.replace("cardPrefix: '290'", `cardPrefix: '29${mark}'`)
    .replace('goodwillPerDay: 500', `goodwillPerDay: ${mark}`)
    .replace('referrerPoints: 200', `referrerPoints: ${mark}`)
    .replace('price: { currency: points, points: 50 }', `price: { currency: points, points: ${mark} }`)
    .replace('Harbour Coffee\n', `Harbour ${mark}\n`);

/** The mark of the document that each room goes by. */
async function marks(): Promise<Record<RoomName, unknown>> {
  const statements: Record<RoomName, string> = {
    members: `select substr(settings ->> 'cardPrefix', 3) mark from programme`,
    points: `select document ->> 'goodwillPerDay' mark from programme where awaits = '{}' order by version desc limit 1`,
    rewards: `select points mark from reward where code = 'coffee'`,
    referrals: `select settings ->> 'referrerPoints' mark from programme`,
    partners: `select substr(name, 9) mark from partner where code = 'harbour'`,
  };
  const found = ROOMS.map(async (room) => {
    const { source } = house.rooms.get(room)!.database.space('live');
    const [row] = await source.query<{ mark: unknown }[]>(statements[room]);
    return [room, Number(row!.mark)] as const;
  });
  return Object.fromEntries(await Promise.all(found)) as Record<RoomName, unknown>;
}

const everywhere = (mark: number) => Object.fromEntries(ROOMS.map((room) => [room, mark]));

async function apply(document: string) {
  const query = `mutation ($input: ProgrammeApplyInput!) { programmeApply(input: $input) {
    programme { version state } userErrors { message } } }`;
  const variables = { input: { idempotencyKey: newId(), document } };
  const { data, errors } = await house.door('points').execute({ query, variables }, operator, 'test');
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data!['programmeApply'] as { programme: object | null; userErrors: { message: string }[] };
}

async function restart(text: string): Promise<void> {
  await house.close();
  const file = join(folder, `${newId()}.yaml`);
  writeFileSync(file, text);
  await open(file);
}

test('what is wrong in any section is told by its room, and none takes its own', async () => {
  const before = await marks();
  const wrong = changed(1)
    .replace("cardPrefix: '291'", 'cardPrefix: x')
    .replace('referrerPoints: 1', 'referrerPoints: -1')
    .replace('price: { currency: points, points: 1 }', 'price: { currency: stars, points: 1 }')
    .replace('code: harbour-app', 'code: meadow-social')
    .replace(
      '      - code: meadow-social\n        kind: SOCIAL\n',
      '      - code: meadow-stream\n        kind: SOCIAL\n',
    );

  const { programme, userErrors } = await apply(wrong);

  expect(programme).toBeNull();
  expect(userErrors.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^line \d+, column \d+: members\.cardPrefix: 2 to 7 digits/),
    expect.stringMatching(/^line \d+, column \d+: referrals\.referrerPoints: Too small/),
    expect.stringMatching(/^line \d+, column \d+: rewards\.0\.price\.currency: stars is no currency of points$/),
    expect.stringMatching(
      /^line \d+, column \d+: partners\.1\.channels\.1\.code: A channel stays with its partner: meadow-social$/,
    ),
  ]);
  expect(await marks()).toEqual(before);
});

test('a document is taken by every room, and a start with the same file keeps it', async () => {
  const { programme } = await apply(changed(2));
  const taken = await marks();
  await restart(SHIPPED);

  expect(programme).toEqual({ version: '2', state: 'IN_FORCE' });
  expect(taken).toEqual(everywhere(2));
  expect(await marks()).toEqual(everywhere(2));
});

test('a start with a file that says another thing takes that, once', async () => {
  await restart(changed(3));
  const taken = await marks();
  await apply(changed(4));
  await restart(changed(3));

  expect(taken).toEqual(everywhere(3));
  expect(await marks()).toEqual(everywhere(4));
});
