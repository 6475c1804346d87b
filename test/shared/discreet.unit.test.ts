// What a log says of an error, a path and an operation.
import { expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { discreet, fieldNames } from '../../subgraphs/shared/discreet.ts';

function told(facts: object): Record<string, unknown> {
  const lines: string[] = [];
  const names = new Set([...fieldNames('type Query { me: Member } type Member { id: ID! name: String }'), 'Me']);
  const log = discreet(
    pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) }),
    names,
  );
  log.child({ room: 'members' }).error(facts, 'it failed');
  const { level: _, msg: __, room: ___, ...rest } = JSON.parse(lines[0]!) as Record<string, unknown>;
  return rest;
}

test('an error is told by its type, message, place and the names of what it broke, without a value', () => {
  const cause = Object.assign(new RangeError('no "ada"'), { code: 'E1' });
  const error = Object.assign(new TypeError('duplicate "ada" and "a \\"b\\" c" of wallet\n    at least', { cause }), {
    code: '23505',
    constraint: 'wallet_key',
    detail: 'Key (email)=(ada@example.com)',
    parameters: ['ada@example.com'],
    driverError: { where: 'ada' },
  });

  expect(told({ err: error })).toEqual({
    err: {
      type: 'TypeError',
      message: 'duplicate "…" and "…" of wallet\n    at least',
      code: '23505',
      constraint: 'wallet_key',
      stack: expect.stringMatching(/^\n {4}at .*discreet\.unit\.test\.ts/),
      cause: { type: 'RangeError', message: 'no "…"', code: 'E1', stack: expect.stringMatching(/^\n {4}at /) },
    },
  });
});

test('an error that a room answered with is told by its room and code', () => {
  const error = new GraphQLError('4003 of Lovelace', {
    extensions: { serviceName: 'points', code: 'OOPS', by: 'Lovelace' },
  });

  expect(told({ err: error })).toMatchObject({
    err: { type: 'GraphQLError', message: '…', room: 'points', code: 'OOPS' },
  });
  expect(JSON.stringify(told({ err: error }))).not.toContain('Lovelace');
});

test.each([
  ['what is no error', { err: 'said "ada"' }, { err: 'said "…"' }],
  ['a quote that does not end', { cause: 'Unexpected end of "ada' }, { cause: 'Unexpected end of "…"' }],
  ['a path', { path: ['me', 0, 'AdaExample', 'name'] }, { path: ['me', 0, '…', 'name'] }],
  ['the path of a file', { path: '/etc/supergraph.graphql' }, { path: '/etc/supergraph.graphql' }],
  ['an operation that is ours', { operationName: 'Me' }, { operationName: 'Me' }],
  ['an operation that is not', { operationName: 'AdaExample' }, { operationName: '…' }],
  ['an operation without a name', { operationName: null }, { operationName: null }],
])('%s', (_, facts, expected) => {
  expect(told(facts)).toEqual(expected);
});
