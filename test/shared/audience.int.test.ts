// A field that is for others, or needs a scope that is not there, is null, or FORBIDDEN where it cannot be null, whoever's
// document asks for it. At the root a missing scope is always FORBIDDEN.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, print, visit } from 'graphql';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { anonymous, inSpace, member, operator, partner, roomViewer, till } from '../support/viewer.ts';
import { noteRoom } from './fixture.ts';

let notes: TestRoom;
beforeAll(async () => {
  notes = await testRoom(noteRoom);
});
afterAll(() => notes.close());

const forbidden = (field: string, kind: string, path: string[]) => [
  { message: `${field} is not for a ${kind}.`, path, extensions: { code: 'FORBIDDEN' } },
];

const needs = (scope: string, path: string[]) => ({
  message: `This needs the scope ${scope}.`,
  path,
  extensions: { code: 'FORBIDDEN' },
});

const others: [string, Viewer][] = [
  ['member', member('m')],
  ['till', till('p')],
  ['partner', partner('p')],
];

test('whom a field is for reads it', async () => {
  const { data, errors } = await notes.ask(operator, '{ note { body remark author } }');

  expect(errors).toBeUndefined();
  expect(data).toEqual({ note: { body: 'hello', remark: 'rude', author: 'Ada' } });
});

describe.each(others)('for a %s', (kind, viewer) => {
  test('a nullable field for others is null, and its neighbours are read', async () => {
    expect(await notes.ask(viewer, '{ note { body remark } }')).toEqual({
      data: { note: { body: 'hello', remark: null } },
    });
  });

  test('a non-null field for others is FORBIDDEN', async () => {
    expect(await notes.ask(viewer, '{ note { author } }')).toEqual({
      data: null,
      errors: forbidden('Note.author', kind, ['note', 'author']),
    });
  });

  test('an internal operation is null', async () => {
    expect(await notes.ask(viewer, '{ noteSecret }')).toEqual({ data: { noteSecret: null } });
  });
});

test('an internal operation answers a room', async () => {
  expect(await notes.ask(roomViewer('points', 'live'), '{ noteSecret }')).toEqual({ data: { noteSecret: 'secret' } });
});

test('a mutation for others is FORBIDDEN and does nothing', async () => {
  expect(await notes.ask(operator, 'mutation { noteWrite(body: "x") }')).toEqual({
    data: { noteWrite: null },
    errors: forbidden('Mutation.noteWrite', 'operator', ['noteWrite']),
  });
  expect(await notes.query('select body from note')).toEqual([]);
});

const unscoped: [string, Viewer][] = [
  ['till', till('p', [])],
  ['partner', partner('p', ['points:read'])],
  ['operator', { ...operator, scopes: [] }],
];

describe.each(unscoped)('for a %s without the scope', (_, viewer) => {
  test('a nullable field is null', async () => {
    expect(await notes.ask(viewer, '{ note { body reader } }')).toEqual({
      data: { note: { body: 'hello', reader: null } },
    });
  });

  test('a non-null field is FORBIDDEN, and the scope is named', async () => {
    expect(await notes.ask(viewer, '{ note { owner } }')).toEqual({
      data: null,
      errors: [needs('members:manage', ['note', 'owner'])],
    });
  });

  test('a nullable field at the root is FORBIDDEN too', async () => {
    expect(await notes.ask(viewer, '{ noteRegister }')).toEqual({
      data: { noteRegister: null },
      errors: [needs('members:manage', ['noteRegister'])],
    });
  });
});

test.each([
  ['a member, who needs none', member('m'), { reader: 'Eve', owner: 'Bob' }],
  ['an operator with it', operator, { reader: 'Eve', owner: 'Bob' }],
])('%s reads what needs a scope', async (_, viewer, note) => {
  expect(await notes.ask(viewer, '{ note { reader owner } noteRegister }')).toEqual({
    data: { note, noteRegister: 'register' },
  });
});

test('one of two scopes is enough', async () => {
  expect(await notes.ask(till('p', ['members:read']), '{ note { reader } }')).toEqual({
    data: { note: { reader: 'Eve' } },
  });
});

test('a mutation without its scope is FORBIDDEN and does nothing', async () => {
  expect(await notes.ask(till('p', []), 'mutation { noteWrite(body: "x") }')).toEqual({
    data: { noteWrite: null },
    errors: [needs('purchases:write', ['noteWrite'])],
  });
  expect(await notes.query('select body from note')).toEqual([]);
});

test('nobody is answered without a credential', async () => {
  const { data, errors } = await notes.ask(anonymous, '{ note { body } }');

  expect(data).toBeUndefined();
  expect(errors).toEqual([{ message: 'Send a credential.', extensions: { code: 'UNAUTHENTICATED' } }]);
});

test('a space that is not served is FORBIDDEN', async () => {
  const { errors } = await notes.ask(inSpace('elsewhere', operator), '{ note { body } }');

  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

test('a fault is masked for the client and told to the log', async () => {
  const { data, errors } = await notes.ask(operator, '{ noteFault }');

  expect(data).toEqual({ noteFault: null });
  expect(errors).toEqual([
    {
      message: 'Internal error.',
      path: ['noteFault'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'test' },
    },
  ]);
  expect(notes.logged.at(-1)).toMatchObject({ msg: 'a resolver failed', err: { message: 'password of the database' } });
});

test('the SDL says for whom each field is and which scope it needs, and hides what is for rooms', () => {
  const said = new Map<string, string[]>();
  visit(parse(notes.room.sdl), {
    FieldDefinition: ({ name, directives = [] }) => {
      const rules = directives.filter((directive) => directive.name.value !== 'tag');
      said.set(
        name.value,
        rules.map((directive) => print(directive)),
      );
    },
  });

  expect(Object.fromEntries(said)).toEqual({
    note: ['@authenticated'],
    noteSecret: ['@inaccessible'],
    noteClock: ['@authenticated'],
    noteFault: ['@authenticated'],
    noteRegister: [
      '@authenticated',
      '@policy(policies: [["member"], ["till", "members:manage"], ["partner", "members:manage"], ["operator", "members:manage"]])',
    ],
    noteWrite: ['@authenticated', '@requiresScopes(scopes: [["purchases:write"]])', '@policy(policies: [["till"]])'],
    body: [],
    remark: ['@policy(policies: [["operator"]])'],
    author: ['@policy(policies: [["operator"]])'],
    reader: [
      '@policy(policies: [["member"], ["till", "members:read"], ["till", "members:manage"], ["partner", "members:read"], ["partner", "members:manage"], ["operator", "members:read"], ["operator", "members:manage"]])',
    ],
    owner: [
      '@policy(policies: [["member"], ["till", "members:manage"], ["partner", "members:manage"], ["operator", "members:manage"]])',
    ],
  });
  expect(notes.room.sdl).toContain('author: String! @tag(name: "operator")');
});
