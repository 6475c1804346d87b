// The command line against a gateway that is a stub: what it asks, says and exits with.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import * as documents from '../../../clients/programme/documents.ts';

interface Asked {
  query: string;
  variables: { document?: string; version?: string; input?: Record<string, unknown> };
}

let server: Server;
let address: string;
let folder: string;
let asked: (Asked & { authorization: string | undefined })[];
let answer: unknown;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'programme-'));
  writeFileSync(join(folder, 'a.yaml'), 'programme: {}\n');
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (text) => (body += text));
    request.on('end', () => {
      asked.push({ ...(JSON.parse(body) as Asked), authorization: request.headers.authorization });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => void (asked = []));

const run = (args: string[], env: Record<string, string> = { LOYALTY_KEY: 'lyl_live_operator' }) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    const main = join(process.cwd(), 'clients/programme/main.ts');
    const options = { cwd: folder, env: { ...process.env, ...env } };
    execFile(process.execPath, [main, ...args], options, (error, out, err) =>
      done({ code: (error?.code as number | undefined) ?? 0, out, err }),
    );
  });
const at = () => ['--address', address];

test('what it asks is in the API', () => {
  const schema = buildSchema(readFileSync('schema/api.graphql', 'utf8'), { assumeValidSDL: true });
  const operations = Object.values(documents);

  expect(operations.length).toBe(5);
  for (const operation of operations) expect(validate(schema, parse(operation))).toEqual([]);
});

test('a file is applied with what was asked for, under the key that was given', async () => {
  const programme = { version: '2', state: 'IN_FORCE', awaits: [], effectiveAt: null, rollbackOf: null };
  answer = { data: { programmeApply: { programme, replayed: false, userErrors: [] } } };

  const { code, out } = await run([
    'apply',
    'a.yaml',
    ...at(),
    '--key',
    'k1',
    '--expect',
    '1',
    '--at',
    '2027-01-01T00:00:00Z',
  ]);

  expect([code, out]).toEqual([0, 'Version 2 is in force.\n']);
  expect(asked).toMatchObject([
    {
      authorization: 'Bearer lyl_live_operator',
      variables: {
        input: {
          idempotencyKey: 'k1',
          document: 'programme: {}\n',
          expectedVersion: '1',
          effectiveAt: '2027-01-01T00:00:00Z',
        },
      },
    },
  ]);
});

test('faults are told with their places, and the exit code is 1', async () => {
  const userErrors = [{ code: 'PROGRAMME_INVALID', field: ['document'], message: 'line 1, column 12: programme: no' }];
  answer = { data: { programmePlan: { version: '2', changes: [], tierMoves: [], userErrors } } };

  expect(await run(['plan', 'a.yaml', ...at()])).toEqual({ code: 1, out: '', err: 'a.yaml:1:12: programme: no\n' });
});

test('a file of other bytes than UTF-8 is not sent', async () => {
  writeFileSync(join(folder, 'latin.yaml'), Buffer.from('programme:\n  name: Caf\xe9\n', 'latin1'));

  expect(await run(['plan', 'latin.yaml', ...at()])).toEqual({ code: 2, out: '', err: 'latin.yaml:2: is no UTF-8\n' });
  expect(asked).toEqual([]);
});

test('a document is exported as it is, and over no other file', async () => {
  answer = { data: { programmeDocument: 'a: 1\n' } };

  const first = await run(['export', 'b.yaml', ...at(), '--version', '2']);
  const second = await run(['export', 'b.yaml', ...at()]);

  expect([first.code, readFileSync(join(folder, 'b.yaml'), 'utf8')]).toEqual([0, 'a: 1\n']);
  expect(asked[0]!.variables).toEqual({ version: '2' });
  expect([second.code, second.err]).toEqual([2, expect.stringContaining('EEXIST')]);
});

test('without a key it says where one comes from, and the exit code is 2', async () => {
  expect(await run(['rollback'], { LOYALTY_KEY: '' })).toEqual({
    code: 2,
    out: '',
    err: '.data/demo.json is not there: start the graph with npm start, or give a key by LOYALTY_KEY.\n',
  });
});
