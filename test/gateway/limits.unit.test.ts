// How large an operation may be, and whom its request counts for.
import type { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { addressOf } from '../../gateway/limits/address.ts';
import { LIMITS, tooLarge } from '../../gateway/limits/document.ts';

const times = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');
const nested = (levels: number) => `${'{ a '.repeat(levels)}${'}'.repeat(levels)}`;
const limitedTo = (what: string) => `An operation is limited to ${what}.`;

describe('an operation at the limit passes, and one more does not:', () => {
  test.each<[string, (count: number) => string, keyof typeof LIMITS, string]>([
    ['levels', nested, 'depth', '12 levels of fields'],
    [
      'levels by fragments',
      (count) => `${'{ a '.repeat(count - 1)}{ ...F }${'}'.repeat(count - 1)} fragment F on Q { ... { b } }`,
      'depth',
      '12 levels of fields',
    ],
    [
      'fields',
      (count) => `{ a { ${times(count - 1, (i) => `f${i}`)} } }`,
      'fields',
      '1000 fields, with its fragments put in',
    ],
    [
      'fields by fragments',
      (count) => `{ a { ${times(count / 100, () => '...F')} ${count % 100 ? 'b' : ''} } }
                  fragment F on A { ${times(count > 1_000 ? 100 : 99, (i) => `f${i}`)} }`,
      'fields',
      '1000 fields, with its fragments put in',
    ],
    ['aliases', (count) => `{ a { ${times(count, (i) => `f${i}: f`)} } }`, 'aliases', '30 aliases'],
    [
      'aliases by fragments',
      (count) => `{ a { ${times(count, () => '...F')} } } fragment F on A { b: c }`,
      'aliases',
      '30 aliases',
    ],
    ['directives on a field', (count) => `{ a ${times(count, () => '@b')} }`, 'directives', '50 directives'],
    [
      'directives on fragments',
      (count) => `{ a { ${times(count, () => '... @b { c }')} } }`,
      'directives',
      '50 directives',
    ],
    ['directives on an operation', (count) => `query ${times(count, () => '@b')} { a }`, 'directives', '50 directives'],
    [
      'directives on variables',
      (count) => `query ($v: A ${times(count, () => '@b')}) { a }`,
      'directives',
      '50 directives',
    ],
    ['fields at the root', (count) => `{ ${times(count, (i) => `f${i}`)} }`, 'rootFields', '20 fields at its root'],
    [
      'fields at the root by fragments',
      (count) => `{ ...F b } fragment F on Q { ... { ${times(count - 1, () => 'a')} } }`,
      'rootFields',
      '20 fields at its root',
    ],
  ])('%s', (_, write, limit, named) => {
    expect(tooLarge(parse(write(LIMITS[limit])))).toBeNull();
    expect(tooLarge(parse(write(LIMITS[limit] + 1)))).toBe(limitedTo(named));
  });
});

describe('a document', () => {
  test('is as large as its largest operation, whichever runs', () => {
    expect(tooLarge(parse(`query Small { a } query Large ${nested(13)}`))).toBe(limitedTo('12 levels of fields'));
  });

  test('may not hide what is large in a fragment that nobody spreads', () => {
    const document = `{ a } fragment F on Q { ${times(1_001, () => 'a')} }`;

    expect(tooLarge(parse(document))).toBe(limitedTo('1000 fields, with its fragments put in'));
  });

  test('whose fragments multiply is counted at once', () => {
    const level = (n: number) => `fragment F${n} on Q { ${times(100, () => `...F${n + 1}`)} }`;
    const document = parse(`{ ...F0 } ${times(100, level)} fragment F100 on Q { a }`);
    const from = performance.now();

    const problem = tooLarge(document);

    expect(problem).toBe(limitedTo('1000 fields, with its fragments put in'));
    expect(performance.now() - from).toBeLessThan(500);
  });

  test('whose fragments go in circles, or are missing, is left to validation', () => {
    expect(tooLarge(parse('{ ...A } fragment A on Q { a ...B } fragment B on Q { ...A b ...Missing }'))).toBeNull();
  });

  test.each([
    ['by fields', `{ __schema ${nested(1_000)} }`],
    [
      'by fragments',
      `{ ...F0 } ${times(1_500, (i) => `fragment F${i} on Q { ...F${i + 1} }`)} fragment F1500 on Q { a }`,
    ],
    ['by fragments in place', `{ a ${'{ ... '.repeat(1_000)} { b } ${'}'.repeat(1_000)} }`],
  ])('nested deeper than the stack %s is refused', (_, text) => {
    expect(tooLarge(parse(text))).toBe(limitedTo('1000 fields, with its fragments put in'));
  });

  test('of the tools that read the schema passes', () => {
    expect(tooLarge(parse(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true })))).toBeNull();
  });
});

describe('a mutation', () => {
  test.each([
    ['by an alias', 'mutation { a: apiClientCreate { id } b: apiClientCreate { id } }'],
    ['by a fragment', 'mutation { ...F apiClientCreate { id } } fragment F on Mutation { apiClientCreate { id } }'],
    ['in place', 'mutation { ... { a: apiClientCreate { id } } ... @skip(if: true) { b: apiClientCreate { id } } }'],
  ])('is asked once in an operation, and not again %s', (_, document) => {
    expect(tooLarge(parse(document))).toBe('An operation may ask each mutation once; apiClientCreate comes again.');
  });

  test('and another may be asked together, and queries again', () => {
    expect(tooLarge(parse('mutation { a: apiClientCreate { id id } b: apiClientRevoke { id } }'))).toBeNull();
    expect(tooLarge(parse('{ a: me { id } b: me { id } }'))).toBeNull();
  });
});

describe('a request comes from', () => {
  const from = (remoteAddress: string, forwarded: string | undefined, proxies: number) =>
    addressOf({ socket: { remoteAddress } as Socket, headers: { 'x-forwarded-for': forwarded } }, proxies);

  test.each([
    ['its connection', '203.0.113.7', undefined, 0, '203.0.113.7'],
    ['its connection, whatever it says', '203.0.113.7', '198.51.100.1', 0, '203.0.113.7'],
    ['its connection by an IPv6 socket', '::ffff:203.0.113.7', undefined, 0, '203.0.113.7'],
    ['whom our proxy saw', '10.0.0.1', '198.51.100.1', 1, '198.51.100.1'],
    ['whom our proxy saw, whatever the client wrote', '10.0.0.1', '192.0.2.1, 198.51.100.1', 1, '198.51.100.1'],
    ['whom the first of our proxies saw', '10.0.0.1', '192.0.2.1,198.51.100.1, 10.0.0.2', 2, '198.51.100.1'],
    ['the proxy when it wrote nothing', '10.0.0.1', undefined, 1, '10.0.0.1'],
    ['the network of an IPv6 address', '2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2'],
    ['the same network, written shorter', '2001:0db8:1:2::6', undefined, 0, '2001:db8:1:2'],
    ['another network', '2001:db8::1', undefined, 0, '2001:db8:0:0'],
    ['this machine', '::1', undefined, 0, '0:0:0:0'],
  ])('%s', (_, connection, forwarded, proxies, address) => {
    expect(from(connection, forwarded, proxies)).toBe(address);
  });
});
