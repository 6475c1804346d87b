// One key for one mutation, however it is spelled: what rooms get, and what is planned.
import { describe, expect, test } from '@jest/globals';
import { runKeyed, type Sent } from './keyed-graph.ts';

const INPUT = 'mutation ($input: BuyInput!) { buy(input: $input) { ok } }';

describe('what a mutation gets', () => {
  const cases: [what: string, sent: Sent, got: object][] = [
    [
      'the header’s key in an input by variable',
      { query: INPUT, variables: { input: { shop: 'a' } }, header: 'k' },
      { buy: { shop: 'a', idempotencyKey: 'k' } },
    ],
    [
      'the header’s key where the input says null',
      { query: INPUT, variables: { input: { shop: 'a', idempotencyKey: null } }, header: 'k' },
      { buy: { shop: 'a', idempotencyKey: 'k' } },
    ],
    [
      'the same key spelled three times',
      {
        query: 'mutation ($input: BuyInput!) { buy(input: $input) @idempotent(key: "k") { ok } }',
        variables: { input: { shop: 'a', idempotencyKey: 'k' } },
        header: 'k',
      },
      { buy: { shop: 'a', idempotencyKey: 'k' } },
    ],
    [
      'the key of its input',
      { query: INPUT, variables: { input: { shop: 'a', idempotencyKey: 'k' } } },
      { buy: { shop: 'a', idempotencyKey: 'k' } },
    ],
    ['no key when none is sent', { query: INPUT, variables: { input: { shop: 'a' } } }, { buy: { shop: 'a' } }],
    [
      'no key when none is sent and the input is a literal',
      { query: 'mutation { buy(input: { shop: "a" }) { ok } }' },
      { buy: { shop: 'a' } },
    ],
    [
      'a key in a literal among variables',
      {
        query:
          'mutation ($shop: String!, $sku: String!) { buy(input: { shop: $shop, lines: [{ sku: $sku }] }) { ok } }',
        variables: { shop: 'a', sku: 's' },
        header: 'k',
      },
      { buy: { shop: 'a', lines: [{ sku: 's' }], idempotencyKey: 'k' } },
    ],
    [
      'a key in a literal whose own key has no value',
      {
        query: 'mutation ($key: String) { buy(input: { shop: "a", idempotencyKey: $key }) { ok } }',
        header: 'k',
      },
      { buy: { shop: 'a', idempotencyKey: 'k' } },
    ],
    [
      'the key of a literal, by variable, by its default, and as text',
      {
        query: `mutation ($a: String!, $b: String = "kb") {
          a: buy(input: { shop: "a", idempotencyKey: $a }) { ok }
          b: buy(input: { shop: "b", idempotencyKey: $b }) { ok }
          c: buy(input: { shop: "c", idempotencyKey: "kc" }) { ok }
        }`,
        variables: { a: 'ka' },
      },
      {
        a: { shop: 'a', idempotencyKey: 'ka' },
        b: { shop: 'b', idempotencyKey: 'kb' },
        c: { shop: 'c', idempotencyKey: 'kc' },
      },
    ],
    [
      'a key by directive, by variable and by its default',
      {
        query: `mutation ($a: String!, $b: String! = "kb") {
          a: buy(input: { shop: "a" }) @idempotent(key: $a) { ok }
          b: buy(input: { shop: "b" }) @idempotent(key: $b) { ok }
        }`,
        variables: { a: 'ka' },
      },
      { a: { shop: 'a', idempotencyKey: 'ka' }, b: { shop: 'b', idempotencyKey: 'kb' } },
    ],
    [
      'a key in the default of the input’s variable',
      {
        query: `mutation ($input: BuyInput! = { shop: "a", kind: WEB, paid: 2, lines: [{ sku: "s" }] }) {
          buy(input: $input) { ok }
        }`,
        header: 'k',
      },
      { buy: { shop: 'a', kind: 'WEB', paid: 2, lines: [{ sku: 's' }], idempotencyKey: 'k' } },
    ],
    [
      'its own key where two share a variable, and a batch’s items none of it',
      {
        query: `mutation ($input: BuyInput!) {
          a: buy(input: $input) @idempotent(key: "ka") { ok }
          b: buy(input: $input) @idempotent(key: "kb") { ok }
          buyMany(input: { items: [$input] }) { ok }
        }`,
        variables: { input: { shop: 'a' } },
      },
      {
        a: { shop: 'a', idempotencyKey: 'ka' },
        b: { shop: 'a', idempotencyKey: 'kb' },
        buyMany: { items: [{ shop: 'a' }] },
      },
    ],
    [
      'a key inside fragments, under an alias, beside what is skipped',
      {
        query: `mutation Till($input: TakeInput!, $yes: Boolean!) { ... on Mutation @include(if: $yes) { ...Buying ...Buying }  ...Taking }
          fragment Buying on Mutation { bought: buy(input: { shop: "a" }) @idempotent(key: "ka") @include(if: $yes) { ok } }
          fragment Taking on Mutation { ... { take(input: $input) @skip(if: $yes) @idempotent(key: "kb") { ok } } }`,
        variables: { input: { reward: '1' }, yes: true },
      },
      { bought: { shop: 'a', idempotencyKey: 'ka' } },
    ],
    [
      'the key of one where fields are merged',
      {
        query: `mutation ($input: BuyInput!) {
          buy(input: $input) @idempotent(key: "k") { ok }
          buy(input: $input) { done }
        }`,
        variables: { input: { shop: 'a' } },
      },
      { buy: { shop: 'a', idempotencyKey: 'k' } },
    ],
    [
      'a key beside variables that have the names of new ones',
      {
        query: `mutation ($buyIdempotencyKey: String!, $buyIdempotencyKey_: Float) {
          buy(input: { shop: $buyIdempotencyKey, paid: $buyIdempotencyKey_ }) { ok }
        }`,
        variables: { buyIdempotencyKey: 'a', buyIdempotencyKey_: 3 },
        header: 'k',
      },
      { buy: { shop: 'a', paid: 3, idempotencyKey: 'k' } },
    ],
    [
      'the header’s key of the one operation that runs',
      {
        query: `mutation One { buy(input: { shop: "a" }) { ok } }
          mutation Two { buy(input: { shop: "a" }) { ok } take(input: { reward: 1 }) { ok } }`,
        operationName: 'One',
        header: 'k',
      },
      { buy: { shop: 'a', idempotencyKey: 'k' } },
    ],
    [
      'whatever text the key is: rooms say what is none',
      { query: INPUT, variables: { input: { shop: 'a' } }, header: '' },
      { buy: { shop: 'a', idempotencyKey: '' } },
    ],
  ];

  test.each(cases)('%s', (_, sent, got) => {
    const ran = runKeyed(sent);

    expect(ran.errors).toEqual([]);
    expect(ran.got).toEqual(got);
  });

  test('nothing of a header on a query or on no field', () => {
    expect(runKeyed({ query: '{ shop }', header: 'k' }).errors).toEqual([]);
    expect(runKeyed({ query: 'mutation { __typename }', header: 'k' }).errors).toEqual([]);
  });
});

describe('what is planned', () => {
  test('is one document whether a key comes or not, and whatever it is', () => {
    const query = 'mutation ($key: String) { buy(input: { shop: "a", idempotencyKey: $key }) { ok } }';
    const plans = [{}, { header: 'k1' }, { header: 'k2' }, { variables: { key: 'k3' } }].map(
      (sent) => runKeyed({ query, ...sent }).planned,
    );

    expect(new Set(plans).size).toBe(1);
  });

  test('has no literal key and no directive', () => {
    const { planned } = runKeyed({
      query: 'mutation { buy(input: { idempotencyKey: "secret", shop: "a" }) @idempotent(key: "secret") { ok } }',
    });

    expect(planned).toBe(
      `mutation ($buyIdempotencyKey: String) {
  buy(input: {shop: "a", idempotencyKey: $buyIdempotencyKey}) {
    ok
  }
}`,
    );
  });

  test('is what the client sent when its input is a variable of its own', () => {
    const { planned } = runKeyed({ query: INPUT, variables: { input: { shop: 'a' } }, header: 'k' });

    expect(planned.replaceAll(/\s+/g, ' ')).toBe(INPUT);
  });

  test('leaves the variables of the client as they are', () => {
    const variables = { input: { shop: 'a' } };

    runKeyed({ query: INPUT, variables, header: 'k' });

    expect(variables).toEqual({ input: { shop: 'a' } });
  });
});
