// A supergraph that changes while requests run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { pino } from 'pino';
import { federated, type Execution } from '../../../gateway/execution/federated.ts';
import { valuesOf } from '../../../gateway/execution/written.ts';
import { supergraphReader } from '../../../gateway/reload.ts';
import type { RoomAnswer } from '../../../gateway/transport/source.ts';
import { compose } from '../../../schema/compose.ts';
import type { Viewer } from '../../../subgraphs/shared/viewer.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;
const members = (fields: string) =>
  `${LINK} type Query { me: Member } type Member @key(fields: "id") { id: ID! ${fields} }`;
const POINTS = `${LINK} type Member @key(fields: "id") { id: ID! points: Int }`;
const supergraph = (fields: string) => compose({ members: members(fields), points: POINTS }).supergraph;

const viewer: Viewer = { kind: 'operator', space: 'live', owner: 'key_1', scopes: [] };
const DOCUMENT = '{ me { name points } }';

let folder: string;
let path: string;
let execution: Execution;
let schemas: GraphQLSchema[];
let plans: string[];
let logged: { msg: string }[];
/** Points answers when it is told to. */
let answerPoints: () => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loyalty-reload-'));
  path = join(folder, 'supergraph.graphql');
  schemas = [];
  plans = [];
  logged = [];
  const answered = Promise.withResolvers<void>();
  answerPoints = () => answered.resolve();
  const answers: Record<string, () => Promise<RoomAnswer>> = {
    members: async () => ({ data: { me: { __typename: 'Member', id: '1', name: 'Ada', nick: 'A' } } }),
    points: () => answered.promise.then(() => ({ data: { _entities: [{ points: 7 }] } })),
  };
  execution = federated(
    supergraph('name: String'),
    (room) => ({ room, ask: () => answers[room]!() }),
    pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line) as { msg: string }) }),
    { planned: ({ definitions }) => void plans.push(`plan of ${definitions.length}`) },
  );
  execution.onSchemaLoadOrUpdate(({ apiSchema }) => void schemas.push(apiSchema));
});
afterEach(async () => {
  await execution.stop();
  rmSync(folder, { recursive: true });
});

const load = () => execution.load({ apollo: {} });
const reader = () =>
  supergraphReader({ path, text: supergraph('name: String'), documents: [] }, execution, pino({ level: 'silent' }));

/** As Apollo Server asks: validated with the schema that it had when the request began. */
async function ask(executor: Awaited<ReturnType<typeof load>>['executor'], text: string, schema = schemas.at(-1)!) {
  const document = parse(text);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const asked = { schema, document, operation, request: {}, context: { viewer, requestId: 'r1' } };
  return valuesOf((await executor!(asked as never)) as never);
}

test('a request under way ends on the supergraph that it began with, the next one has the new one', async () => {
  const { executor } = await load();
  const underWay = ask(executor, DOCUMENT);

  await execution.reload(supergraph('nick: String'));
  answerPoints();

  expect(await underWay).toEqual({ me: { name: 'Ada', points: 7 } });
  expect(await ask(executor, '{ me { nick points } }')).toEqual({ me: { nick: 'A', points: 7 } });
  expect(execution.apiSdl()).toContain('nick: String');
  expect(execution.apiSdl()).not.toContain('name: String');
});

test('plans of documents are made before the new supergraph is served, and not again after', async () => {
  const { executor } = await load();

  const kept = [{ document: DOCUMENT }, { document: '{ me { gone } }' }];
  expect(await execution.reload(supergraph('name: String nick: String'), kept)).toEqual([kept[1]]);
  expect(plans).toEqual(['plan of 1']);
  answerPoints();
  await ask(executor, DOCUMENT);

  expect(plans).toEqual(['plan of 1']);
});

test('what a field asks of who reads it may be all that has changed', async () => {
  const { executor } = await load();
  const link = LINK.replace('"@key"', '"@key", "@policy"');
  const forTills = members('name: String @policy(policies: [["till"]])').replace(LINK, link);

  await execution.reload(compose({ members: forTills, points: POINTS }).supergraph);
  answerPoints();

  expect(await ask(executor, DOCUMENT)).toEqual({ me: { name: null, points: 7 } });
});

test.each([
  ['no schema', 'type Query {', 'Syntax Error'],
  ['not composed', 'type Query { me: ID }', 'supergraph'],
  [
    'of a room that nobody knows',
    compose({ members: members('name: String'), strangers: POINTS }).supergraph,
    'strangers',
  ],
])('a supergraph that is %s is refused, and the old one stays', async (_, text, problem) => {
  const { executor } = await load();
  const before = schemas.length;

  await expect(execution.reload(text)).rejects.toThrow(problem);
  answerPoints();

  expect(schemas).toHaveLength(before);
  expect(await ask(executor, DOCUMENT)).toEqual({ me: { name: 'Ada', points: 7 } });
});

test('a file is taken when it has changed, and a bad one is refused once', async () => {
  await load();
  const look = reader();
  writeFileSync(path, supergraph('name: String'));
  expect(await look()).toBe(false);

  writeFileSync(path, supergraph('nick: String'));
  expect(await look()).toBe(true);
  expect(await look()).toBe(false);

  writeFileSync(path, supergraph('nick: String').slice(0, 500));
  expect(await look()).toBe(false);
  expect(execution.apiSdl()).toContain('nick: String');
});
