// A field that is for others is null, or FORBIDDEN where it cannot be null, whoever's document asks for it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

test('the SDL says the audience of each field, and hides what is for rooms', () => {
  const lines = notes.room.sdl.split('\n').map((line) => line.trim());

  expect(lines).toContain('author: String! @tag(name: "operator")');
  expect(lines).toContain('noteSecret: String @inaccessible');
  expect(lines).toContain('noteWrite(');
});
