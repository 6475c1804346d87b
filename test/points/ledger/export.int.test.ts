// A ledger as a file and back: the same heads in another database, and nothing of a file that is not whole.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exportLedger } from '../../../subgraphs/points/ledger/export.service.ts';
import { FileRefused, importLedger } from '../../../subgraphs/points/ledger/import.service.ts';
import { ROWS, TABLES, type Header } from '../../../subgraphs/points/ledger/export.rules.ts';
import { seal } from '../../../subgraphs/points/ledger/seal.service.ts';
import { verify } from '../../../subgraphs/points/ledger/verify.service.ts';
import { pointsRoom } from '../../../subgraphs/points/main.ts';
import { advanceClock } from '../../../subgraphs/shared/clock.ts';
import { openDatabase, type Database, type Space } from '../../../subgraphs/shared/database.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import { takeFile } from '../../../subgraphs/shared/programme.ts';
import { freshDatabase, SPACES } from '../../support/postgres.ts';
import { histories } from './history.ts';
import { Run } from './run.ts';
import { stageOf } from './stage.ts';

const PROGRAMME = 'programmes/hybrid-retail.yaml';

interface Opened {
  database: Database;
  statements: string[];
}

const opened: (() => Promise<void>)[] = [];

/** A points database whose spaces have the programme, as after a start. */
async function open(): Promise<Opened> {
  const fresh = await freshDatabase(pointsRoom);
  const statements: string[] = [];
  const { entities, migrations, routines = [] } = pointsRoom;
  const onStatement = (text: string) => void statements.push(text);
  const parts = { url: fresh.url, room: 'points', spaces: SPACES, entities, migrations, routines, onStatement };
  const database = await openDatabase(parts);
  opened.push(async () => {
    await database.close();
    await fresh.drop();
  });
  const told = () => undefined;
  for (const space of database.spaces) await takeFile(pointsRoom.programme, { space, told }, PROGRAMME);
  return { database, statements };
}

async function fileOf(space: Space): Promise<string[]> {
  const pieces = [];
  for await (const piece of exportLedger(space)) pieces.push(piece);
  return pieces.join('').split('\n').slice(0, -1);
}

async function* bytesOf(bytes: Buffer, size = 4_096) {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

const fileBytes = (lines: string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''));
const load = (space: Space, lines: string[]) => importLedger(space, bytesOf(fileBytes(lines)));

/** The lines with an end that fits them. */
function ended(lines: string[]): string[] {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${line}\n`);
  return [...lines, JSON.stringify({ end: { lines: lines.length, sha256: hash.digest('hex') } })];
}

const heads = ({ source }: Space) =>
  source.query<{ seq: number }[]>(
    `select member_id, currency, seq, encode(head_hash, 'hex') head from wallet order by 1, 2`,
  );

/** How many rows each table has. */
async function counted({ source }: Space): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of Object.keys(TABLES)) {
    const [row] = await source.query<{ rows: number }[]>(`select count(*) "rows" from ${table}`);
    counts[table] = row!.rows;
  }
  return counts;
}

const post = ({ source }: Space, postings: object[]) =>
  source.query<{ refusal: string | null }[]>('select refusal from ledger_post($1)', [JSON.stringify(postings)]);

const of = (member: string) => ({ member, currency: 'points', actor_kind: 'SYSTEM', actor_id: null });
const credit = (member: string, amount: number, over: object = {}) => ({
  ...of(member),
  op: 'credit',
  kind: 'EARN',
  amount,
  origin: newId(),
  earned_at: '2026-03-02T10:00:00Z',
  expires_at: '2036-03-02T10:00:00Z',
  funder: null,
  ...over,
});

/** A bit of everything; what JSON could lose is in it. */
async function writeLedger(space: Space): Promise<void> {
  const [ada, grace] = [newId(), newId()];
  const explanation = { ruleSetVersion: '1', steps: [{ rule: 'per-unit', applied: true, share: 0.1, rate: 0 }] };
  const answers = await post(space, [
    credit(ada, 100, { reason: 'a line\u2028and\nanother, "ļoti" \\ \u0001', rule_version: '1', explanation }),
    credit(grace, 9_007_199_254_740_991, { expires_at: null }),
    { ...of(ada), op: 'hold', asker: 'rdm-1', amount: 40 },
    { ...of(ada), op: 'capture', asker: 'rdm-1', amount: 30 },
    { ...of(ada), op: 'hold', asker: 'rdm-2', amount: 5 },
    { ...of(ada), op: 'debit', kind: 'ADJUST', amount: 7, origin: newId() },
  ]);
  expect(answers.map(({ refusal }) => refusal)).toEqual([null, null, null, null, null, null]);
  await space.source.query(
    `insert into request (owner, mutation, key, input_hash, answer) values ('key_1', 'pointsAdjust', 'once', '\\x00ff', '{"a": 1.50}')`,
  );
  expect(await seal(space, generateKeyPairSync('ed25519').privateKey, '2026-03-02')).toBe(true);
}

let from: Opened;
let to: Opened;
beforeAll(async () => {
  from = await open();
  to = await open();
  await writeLedger(from.database.space('live'));
});
afterAll(async () => {
  for (const close of opened.toReversed()) await close();
});

describe('a whole file', () => {
  test('gives an empty space the same heads, and the same file again but for its header and end', async () => {
    const source = from.database.space('live');
    const target = (await open()).database.space('live');
    const file = await fileOf(source);

    const written = await load(target, file);

    const again = await fileOf(target);
    expect(await heads(target)).toEqual(await heads(source));
    expect(again.slice(1, -1)).toEqual(file.slice(1, -1));
    expect((await verify(target.source, null)).firstBreak).toBeNull();
    expect(await counted(target)).toEqual(await counted(source));
    expect(Object.fromEntries(written)).toMatchObject({
      programme: 1,
      wallet: 2,
      entry: 7,
      hold: 2,
      request: 1,
      seal: 1,
    });
  });

  test('leaves seals out in a space of another name, for which they were not signed', async () => {
    const target = (await open()).database.space('sandbox');

    const written = await load(target, await fileOf(from.database.space('live')));

    expect(await heads(target)).toEqual(await heads(from.database.space('live')));
    expect(written.has('seal')).toBe(false);
    expect(await counted(target)).toMatchObject({ entry: 7, seal: 0, sealed_head: 0, seal_block: 0 });
    expect((await verify(target.source, null)).firstBreak).toBeNull();
  });

  test('is a header, a line for each row, and an end', async () => {
    const file = await fileOf(from.database.space('live'));

    const header = JSON.parse(file[0]!) as Header;
    const names = file.slice(1, -1).map((line) => Object.keys(JSON.parse(line) as object));

    expect(header).toMatchObject({ format: 'loyalty-ledger', version: 1, space: 'live' });
    expect(names).toEqual(
      Object.entries(header.tables).flatMap(([table, { rows }]) => Array.from({ length: rows }, () => [table])),
    );
    expect(file).toEqual(ended(file.slice(0, -1)));
  });

  test('of random histories comes back with every entry, lot and hold as it was', async () => {
    const source = from.database.space('sandbox');
    const target = (await open()).database.space('sandbox');
    const stage = await stageOf(source);
    for (const steps of fc.sample(histories, 12)) {
      await new Run(stage, await stage.start(), 'together').play(steps);
    }
    await stage.close();
    const file = await fileOf(source);

    await expect(load(target, file)).rejects.toThrow('must be later than in the file');
    await advanceClock(target, 'P10Y');
    await load(target, file);

    expect((await fileOf(target)).slice(1, -1)).toEqual(file.slice(1, -1));
    expect(await heads(target)).toEqual(await heads(source));
    expect(await verify(target.source, null)).toEqual(await verify(source.source, null));
  });

  test('has entries that belong to the import’s own transaction, and can be posted to', async () => {
    const target = (await open()).database.space('live');
    await load(target, await fileOf(from.database.space('live')));
    const [{ member }] = await target.source.query<[{ member: string }]>(
      'select member_id member from wallet where available < 1000',
    );

    const [posted] = await post(target, [{ ...of(member), op: 'capture', asker: 'rdm-2' }]);

    expect(posted!.refusal).toBeNull();
    expect(await target.source.query('select count(*) entries from entry group by xid order by 1 desc')).toEqual([
      { entries: 7 },
      { entries: 1 },
    ]);
    expect((await verify(target.source, null)).firstBreak).toBeNull();
  });

  test('does not have what is posted while it is written', async () => {
    const { database } = await open();
    const space = database.space('live');
    await post(space, [credit(newId(), 5)]);
    const before = await fileOf(space);

    const pieces = exportLedger(space);
    const first = (await pieces.next()).value as string;
    await post(space, [credit(newId(), 5)]);
    const rest = [];
    for await (const piece of pieces) rest.push(piece);

    expect([first, ...rest].join('').split('\n').slice(1, -2)).toEqual(before.slice(1, -1));
    expect(await fileOf(space)).toHaveLength(before.length + 4);
  });

  test('of an older release, without a column, has what the column says when nothing is said', async () => {
    const target = (await open()).database.space('live');
    const [first, ...rows] = (await fileOf(from.database.space('live'))).slice(0, -1);
    const header = JSON.parse(first!) as Header;
    const columns = header.tables['hold']!.columns.filter((column) => column !== 'for_purchase');
    header.tables['hold']!.columns = columns;
    const older = rows.map((line) => (line.startsWith('{"hold"') ? line.replace('"for_purchase":false,', '') : line));

    await load(target, ended([JSON.stringify(header), ...older]));

    expect(older.join('\n')).not.toContain('for_purchase');
    expect(await target.source.query('select for_purchase from hold')).toEqual([
      { for_purchase: false },
      { for_purchase: false },
    ]);
  });

  test('goes before postings that come meanwhile', async () => {
    const target = (await open()).database.space('live');
    const [wallet] = await heads(from.database.space('live'));
    const { member_id: member } = wallet as unknown as { member_id: string };
    const text = (await fileOf(from.database.space('live'))).map((line) => `${line}\n`);
    const locked = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    async function* slowly() {
      yield Buffer.from(text.slice(0, 3).join(''));
      locked.resolve();
      await go.promise;
      yield Buffer.from(text.slice(3).join(''));
    }

    const imported = importLedger(target, slowly());
    await locked.promise;
    const lot = { amount: 1, earned_at: '2026-03-01T00:00:00Z', expires_at: null, funder: null };
    const posted = post(target, [{ ...of(member), op: 'credit', kind: 'ADJUST', ...lot, origin: newId() }]);
    for (let waiting = 0; waiting === 0; await sleep(10)) {
      const [row] = await target.source.query<[{ waiting: number }]>(
        `select count(*) waiting from pg_locks where not granted and relation = 'wallet'::regclass`,
      );
      ({ waiting } = row);
    }
    go.resolve();
    await imported;

    expect((await posted)[0]!.refusal).toBeNull();
    const [after] = await heads(target);
    expect(after!.seq).toBe(wallet!.seq + 1);
    expect((await verify(target.source, null)).firstBreak).toBeNull();
  });
});

describe('a file that is not whole', () => {
  let file: string[];
  let before: Record<string, number>;
  const space = () => to.database.space('live');
  beforeAll(async () => {
    file = await fileOf(from.database.space('live'));
    before = await counted(space());
  });

  const indexOf = (table: string, nth = 0) => {
    const found = file.flatMap((line, index) => (line.startsWith(`{"${table}"`) ? [index] : []));
    return found.at(nth)!;
  };
  const refused = async (lines: string[]) => {
    const failure: unknown = await load(space(), lines).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(FileRefused);
    expect(await counted(space())).toEqual(before);
    return (failure as FileRefused).message;
  };

  test('is refused when it is cut off', async () => {
    const last = file.length;

    expect(await refused([])).toBe('Line 1 is missing: there is nothing in the file.');
    expect(await refused(file.slice(0, -1))).toBe(`Line ${last} is missing: the file has no end.`);
    expect(await refused([...file.slice(0, 5), file[5]!.slice(0, 30)])).toMatch(/^Line 6 is not JSON/);
    expect(await refused([...file.slice(0, -2), file.at(-1)!])).toBe(
      `Line ${last - 1} is the end of ${last - 1} lines, and not of ${last - 2}.`,
    );
  });

  test('is refused wherever one bit of it has changed', async () => {
    const bytes = fileBytes(file);

    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 1 << bit;

        await expect(importLedger(space(), bytesOf(changed, 1_000))).rejects.toThrow(/^Line \d+ /);
      }),
      { numRuns: 60 },
    );
    expect(await counted(space())).toEqual(before);
  });

  test('is refused with a line twice, and says which', async () => {
    const at = indexOf('entry', 2);

    const message = await refused([...file.slice(0, at + 1), ...file.slice(at)]);

    expect(message).toMatch(new RegExp(`^Line ${at + 2} is refused: duplicate key value violates unique constraint`));
  });

  test('is refused when lines have changed places', async () => {
    const at = indexOf('entry');
    const swapped = [...file];
    [swapped[at], swapped[at + 1]] = [file[at + 1]!, file[at]!];
    const lot = indexOf('lot');

    expect(await refused(swapped)).toBe(
      `Line ${file.length} has another SHA-256 than the lines before it: they are not those that were exported.`,
    );
    expect(await refused([...file.slice(0, at), file[lot]!, ...file.slice(at)])).toBe(
      `Line ${at + 2} is a row of entry, after those of lot.`,
    );
  });

  test('is refused with the line that the ledger cannot have', async () => {
    const at = indexOf('lot');
    const wrong = (change: (line: string) => string) => {
      const lines = file.slice(0, -1);
      lines[at] = change(lines[at]!);
      return refused(ended(lines));
    };

    expect(await wrong((line) => line.replace(/"remaining":\d+/, '"remaining":1'))).toMatch(
      new RegExp(`^Line ${at + 1} is refused: .*"lot_counters_add_up"`),
    );
    expect(await wrong((line) => line.replace(/"amount":\d+/, '"amount":"many"'))).toMatch(
      new RegExp(`^Line ${at + 1} is refused: invalid input syntax for type bigint: "many"`),
    );
    expect(await wrong((line) => line.replace('"amount"', '"sum"'))).toBe(
      `Line ${at + 1} has other columns of lot than the header.`,
    );
    expect(await wrong((line) => line.replace('{"lot"', '{"outbox"'))).toBe(
      `Line ${at + 1} is no row of a table of the header.`,
    );
    expect(await wrong(() => 'null')).toBe(`Line ${at + 1} is no row of a table of the header.`);
  });

  test('is refused when its header says otherwise', async () => {
    const withHeader = (change: (header: Header) => object) =>
      refused(ended([JSON.stringify(change(JSON.parse(file[0]!) as Header)), ...file.slice(1, -1)]));
    const tables = (change: (tables: Header['tables']) => void) =>
      withHeader((header) => {
        change(header.tables);
        return header;
      });

    expect(await refused(['', '> loyalty-graph', ...file])).toMatch(/^Line 1 is no header of a ledger\. .* --silent/);
    expect(await withHeader(() => ({ format: 'another' }))).toMatch(/^Line 1 is no header of a ledger:\n.*format/s);
    expect(await withHeader((header) => ({ ...header, version: 2 }))).toMatch(/^Line 1 .*at version/s);
    expect(await tables((known) => known['entry']!.columns.push('mood'))).toBe(
      'Line 1 has entry.mood, which this release does not know.',
    );
    expect(await tables((known) => Object.assign(known, { outbox: { columns: ['id'], rows: 0 } }))).toBe(
      'Line 1 has outbox.id, which this release does not know.',
    );
    expect(await tables((known) => (known['entry']!.rows = 9))).toBe('Line 1 says 9 rows of entry; there are 7.');
  });

  test('is refused with something after its end', async () => {
    expect(await refused([...file, file.at(-1)!])).toBe(`Line ${file.length + 1} comes after the end.`);
  });
});

test('a space that is not empty is refused and stays as it is', async () => {
  const target = (await open()).database.space('live');
  const file = await fileOf(from.database.space('live'));
  await post(target, [credit(newId(), 5)]);
  const before = await fileOf(target);

  await expect(load(target, file)).rejects.toThrow('live is not empty, it has rows in wallet: take a new space.');

  expect((await fileOf(target)).slice(1, -1)).toEqual(before.slice(1, -1));
});

describe('a ledger of 20 000 entries', () => {
  const ENTRIES = 20_000;
  const CHUNK_LINES = 100;
  let large: Opened;
  beforeAll(async () => {
    large = await open();
    const members = Array.from({ length: 50 }, newId);
    for (let n = 0; n < ENTRIES; n += ROWS) {
      const postings = Array.from({ length: ROWS }, (_, index) => credit(members[index % members.length]!, 3));
      await post(large.database.space('live'), postings);
    }
  }, 120_000);

  test('is read as fast as it is taken, and no faster', async () => {
    const fetched = () => large.statements.filter((text) => text.startsWith('fetch ')).length;
    large.statements.length = 0;
    let rows = 0;
    let pieces = 0;
    let ahead = 0;

    for await (const piece of exportLedger(large.database.space('live'))) {
      pieces += 1;
      const lines = piece.split('\n').length - 1;
      expect(lines).toBeLessThanOrEqual(ROWS);
      rows += lines;
      // Each piece is one fetch, but that tables without rows have one too, and that header and end have none.
      ahead = Math.max(ahead, fetched() - pieces);
    }

    expect(rows).toBeGreaterThan(3 * ENTRIES);
    expect(ahead).toBeLessThan(Object.keys(TABLES).length);
  });

  test('leaves nothing behind when its taker goes', async () => {
    const pieces = exportLedger(large.database.space('live'));
    await pieces.next();
    await pieces.next();

    await pieces.return(undefined);

    const [row] = await large.database
      .space('live')
      .source.query<[{ open: number }]>(
        `select count(*) open from pg_stat_activity where datname = current_database() and state like 'idle in%'`,
      );
    expect(row.open).toBe(0);
  });

  test('is written as it comes, a batch of rows at a time', async () => {
    const target = await open();
    const file = await fileOf(large.database.space('live'));
    let waiting = 0;
    let mostWaiting = 0;
    let written = 0;
    async function* input() {
      for (let at = 0; at < file.length; at += CHUNK_LINES) {
        const inserts = target.statements.filter((text) => text.startsWith('insert into')).length;
        if (inserts > written) waiting = 0;
        written = inserts;
        const lines = file.slice(at, at + CHUNK_LINES);
        waiting += lines.length;
        mostWaiting = Math.max(mostWaiting, waiting);
        yield Buffer.from(lines.map((line) => `${line}\n`).join(''));
      }
    }

    await importLedger(target.database.space('live'), input());

    expect(await heads(target.database.space('live'))).toEqual(await heads(large.database.space('live')));
    expect(written).toBeGreaterThan(60);
    expect(mostWaiting).toBeLessThanOrEqual(ROWS + CHUNK_LINES);
  }, 120_000);
});
