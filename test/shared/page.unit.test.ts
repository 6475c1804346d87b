import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { connection, encodeCursor, pageArguments } from '../../subgraphs/shared/page.ts';
import { Refused } from '../../subgraphs/shared/refusal.ts';

const key = (row: number) => [row, `id-${row}`];

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  return 'none';
};

test('a cursor gives back the key that it was made of, as texts', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (parts) => {
      expect(pageArguments(1, encodeCursor(parts), parts.length).after).toEqual(parts.map(String));
    }),
  );
});

test('no text that is no cursor is an exception of another kind', () => {
  fc.assert(
    fc.property(fc.string(), (text) => ['none', 'CURSOR_INVALID'].includes(codeOf(() => pageArguments(1, text, 2)))),
  );
});

test.each([
  ['of another list', encodeCursor(['one part'])],
  ['of a later shape', Buffer.from('{"key":1}').toString('base64url')],
  ['of numbers', Buffer.from('[1,2]').toString('base64url')],
  ['empty', ''],
])('a cursor %s is refused', (_, cursor) => {
  expect(codeOf(() => pageArguments(10, cursor, 2))).toBe('CURSOR_INVALID');
});

test.each([0, -1, 101, 1.5, Number.NaN])('first: %p is refused', (first) => {
  expect(codeOf(() => pageArguments(first, null, 2))).toBe('FIRST_INVALID');
});

test.each([1, 100])('first: %p is taken', (first) => {
  expect(pageArguments(first, undefined, 2)).toEqual({ first, after: null });
});

test('one row more than asked says that there is a next page, and is not shown', () => {
  const page = connection([1, 2, 3], { first: 2, after: null }, key);

  expect(page.nodes).toEqual([1, 2]);
  expect(page.edges.map(({ node }) => node)).toEqual([1, 2]);
  expect(page.pageInfo).toEqual({
    hasNextPage: true,
    hasPreviousPage: false,
    startCursor: encodeCursor(key(1)),
    endCursor: encodeCursor(key(2)),
  });
});

test('a full last page has no next one', () => {
  const { pageInfo } = connection([1, 2], { first: 2, after: ['0', 'id-0'] }, key);

  expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

test('an empty page has no cursors', () => {
  expect(connection([], { first: 2, after: null }, key)).toEqual({
    edges: [],
    nodes: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
});
