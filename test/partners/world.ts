// What the tests of partners share: all that the room holds, all that it told, and the programme's file.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { EVENTS, type Event } from '../../schema/events.ts';
import { partnersProgramme } from '../../subgraphs/partners/programme.ts';
import { takeFile } from '../../subgraphs/shared/programme.ts';
import type { TestRoom } from '../support/room.ts';

export const SHIPPED = 'programmes/hybrid-retail.yaml';

const TABLES = `
  select format('select row_to_json(t)::text as row from %I.%I t', schemaname, tablename) statement
  from pg_tables where schemaname not in ('pg_catalog', 'information_schema') and tablename <> 'programme_taken'`;

/** Everything that the database holds, as text, but for which file was taken. */
export async function allRows(room: TestRoom): Promise<string[]> {
  const tables = await room.query<{ statement: string }>(TABLES);
  const rows: string[] = [];
  for (const { statement } of tables) {
    for (const { row } of await room.query<{ row: string }>(statement)) rows.push(row);
  }
  return rows.toSorted();
}

/** What was told in a space since `forget`; each room that hears of it has heard it once. */
export async function told(room: TestRoom, space = 'live'): Promise<Event[]> {
  await room.room.relay.drain();
  const heard = Object.entries(room.peers).flatMap(([hearer, peer]) =>
    peer.heard.filter((one) => one.space === space).map(({ event }) => ({ hearer, event })),
  );
  const events = [...new Map(heard.map(({ event }) => [event.id, event])).values()];
  for (const { id, name } of events) {
    const hearers = heard.filter(({ event }) => event.id === id).map(({ hearer }) => hearer);
    expect(hearers.toSorted()).toEqual(EVENTS[name].hears.toSorted());
  }
  return events;
}

export async function forget(room: TestRoom): Promise<void> {
  await room.room.relay.drain();
  for (const peer of Object.values(room.peers)) peer.heard.length = 0;
}

/** Applies a programme's file to the live space, as a process does at its start. */
export const applyFile = (room: TestRoom, file: string): Promise<void> =>
  takeFile(partnersProgramme, { space: room.room.database.space('live'), told: () => undefined }, file);

let again = 0;

/** The shipped file, saying the same in other words. */
export async function applyAgain(room: TestRoom): Promise<void> {
  const file = join(mkdtempSync(join(tmpdir(), 'programme-')), 'programme.yaml');
  writeFileSync(file, `${readFileSync(SHIPPED, 'utf8')}# ${(again += 1)}\n`);
  await applyFile(room, file);
}
