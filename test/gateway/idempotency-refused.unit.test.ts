// Keys that contradict each other or have no place, and requests that are bad ones with or without a key.
import { describe, expect, test } from '@jest/globals';
import { runKeyed, type Sent } from './keyed-graph.ts';

const INPUT = 'mutation ($input: BuyInput!) { buy(input: $input) { ok } }';

describe('a bad request', () => {
  const input = (key: string | null) => ({ input: { shop: 'a', idempotencyKey: key } });
  const directive = 'mutation ($input: BuyInput!) { buy(input: $input) @idempotent(key: "k") { ok } }';
  const cases: [what: string, sent: Sent, message: string][] = [
    [
      'is two keys, in the input and by header',
      { query: INPUT, variables: input('k'), header: 'other' },
      'input.idempotencyKey and the header Idempotency-Key give buy different keys.',
    ],
    [
      'is two keys, in the input and by directive',
      { query: directive, variables: input('other') },
      'input.idempotencyKey and @idempotent give buy different keys.',
    ],
    [
      'is two keys, by directive and by header',
      { query: directive, variables: input(null), header: 'other' },
      '@idempotent and the header Idempotency-Key give buy different keys.',
    ],
    [
      'is two keys, by the directives of one field that is written twice',
      {
        query:
          'mutation { buy(input: { shop: "a" }) @idempotent(key: "k") { ok } buy(input: { shop: "a" }) @idempotent(key: "l") { ok } }',
      },
      'Two @idempotent give buy different keys.',
    ],
    [
      'is a header for several mutations, keys of their own or not',
      {
        query: `mutation { ... { buy(input: { shop: "a", idempotencyKey: "k" }) { ok } } take(input: { reward: 1, idempotencyKey: "k" }) { ok } }`,
        header: 'k',
      },
      'The header Idempotency-Key is for one mutation: where there are more, use @idempotent on each.',
    ],
    [
      'is a header on a mutation whose input has no key',
      { query: 'mutation { buyMany(input: { items: [] }) { ok } }', header: 'k' },
      'buyMany has no input.idempotencyKey, so it takes none by the header Idempotency-Key.',
    ],
    [
      'is a directive on a mutation whose input has no key',
      { query: 'mutation { buyMany(input: { items: [] }) @idempotent(key: "k") { ok } }' },
      'buyMany has no input.idempotencyKey, so it takes none by @idempotent.',
    ],
    [
      'is a directive without a text',
      {
        query: 'mutation ($key: String = "k") { buy(input: { shop: "a" }) @idempotent(key: $key) { ok } }',
        variables: { key: null },
      },
      'The key of @idempotent on buy is no text.',
    ],
    [
      'is a directive below the root',
      { query: 'mutation { buy(input: { shop: "a" }) { ok @idempotent(key: "k") } }' },
      '@idempotent belongs on a field at the root of a mutation.',
    ],
    [
      'is a directive on a query',
      { query: '{ shop @idempotent(key: "k") }' },
      '@idempotent belongs on a field at the root of a mutation.',
    ],
  ];

  test.each(cases)('%s', (_, sent, message) => {
    expect(() => runKeyed(sent)).toThrow(
      expect.objectContaining({ message, extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } }),
    );
  });

  test.each([
    ['an input that is a list', { input: [] }],
    ['an input that is nothing', {}],
    ['a key that is a number', { input: { shop: 'a', idempotencyKey: 1 } }],
  ])('is %s, told as ever', (_, variables) => {
    const { got, errors } = runKeyed({ query: INPUT, variables });

    expect(got).toEqual({});
    expect(errors).toEqual([expect.stringContaining('$input')]);
  });
});
