// What graphql-jit would answer otherwise than graphql-js is not given to it.
import { describe, expect, test } from '@jest/globals';
import { buildSchema, execute, parse, type ExecutionResult } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { pino } from 'pino';
import { isCompilable } from '../../subgraphs/shared/compilable.ts';
import { executor } from '../../subgraphs/shared/execution.ts';

const schema = buildSchema(`
  type Query { told(profile: Profile, name: String): String  box: Box  tree(tree: Tree, forest: Forest): Int }
  type Box { a: Int b: Int box: Box }
  input Profile { name: String parts: [Part!] }
  input Part { name: String }
  input Tree { children: [Tree!] }
  input Forest { trees: [Tree!] }
`);
const fields = schema.getQueryType()!.getFields();
fields['told']!.resolve = (_, args) => JSON.stringify(args);
fields['box']!.resolve = () => ({ a: 1, b: 2, box: { a: 3, b: 4 } });

const text = ({ data }: ExecutionResult) => JSON.stringify(data);

/** By graphql-js, and by graphql-jit. */
function answers(query: string, variableValues: Record<string, unknown>): [string, string] {
  const document = parse(query);
  const compiled = compileQuery(schema, document);
  if (!isCompiledQuery(compiled)) throw new Error(`not compiled: ${query}`);
  const run = (result: unknown) => text(result as ExecutionResult);
  return [run(execute({ schema, document, variableValues })), run(compiled.query(undefined, {}, variableValues))];
}

describe('it would answer otherwise', () => {
  test.each([
    ['a variable left out in an object', 'query ($v: String) { told(profile: { name: $v }) }'],
    ['in an object in a list', 'query ($v: String) { told(profile: { parts: [{ name: $v }] }) }'],
    ['a list left out in an object', 'query ($v: [Part!]) { told(profile: { parts: $v }) }'],
    ['in a fragment', 'query ($v: String) { ...F } fragment F on Query { told(profile: { name: $v }) }'],
    ['a key that comes again when it was skipped', 'query ($no: Boolean = false) { box { a @include(if: $no) b a } }'],
    [
      'the same by a fragment',
      'query ($no: Boolean = false) { box { ...F @include(if: $no) b a } } fragment F on Box { a }',
    ],
    [
      'the same in sets that are one',
      'query ($no: Boolean = false) { box { box { a @include(if: $no) } box { b a } } }',
    ],
    [
      'a fragment that is used twice, once with a condition',
      'query ($no: Boolean = false) { box { one: box { ...F @include(if: $no) b } two: box { ...F } } } fragment F on Box { a }',
    ],
  ])('%s', (_, query) => {
    const [right, compiled] = answers(query, {});

    expect(compiled).not.toBe(right);
    expect(isCompilable(schema, parse(query))).toBe(false);
  });
});

describe('it answers the same', () => {
  test.each([
    ['a variable left out as an argument', 'query ($v: String) { told(name: $v) }', {}],
    ['null in an object', 'query ($v: String = null) { told(profile: { name: $v }) }', {}],
    ['a variable that must come', 'query ($v: String!) { told(profile: { name: $v }) }', { v: 'x' }],
    ['a whole object', 'query ($v: Profile) { told(profile: $v) }', { v: { parts: [{}] } }],
    ['a key that comes again', '{ box { a b a box { b } box { a b } } }', {}],
    [
      'keys with conditions, each once',
      'query ($no: Boolean = false) { box { a @include(if: $no) b @skip(if: $no) } }',
      {},
    ],
  ])('%s', (_, query, variables) => {
    const [right, compiled] = answers(query, variables);

    expect(compiled).toBe(right);
    expect(isCompilable(schema, parse(query))).toBe(true);
  });
});

test.each(['$tree: Tree', '$forest: Forest'])(
  'an input that contains itself would never be compiled: %s',
  (variable) => {
    const name = variable.split(':')[0]!;
    const query = `query (${variable}) { tree(${name.slice(1)}: ${name}) }`;

    expect(isCompilable(schema, parse(query))).toBe(false);
  },
);

test('a field that was not sent stays, however often the document comes', async () => {
  const run = executor(schema, pino({ level: 'silent' }));
  const query = 'query ($v: String) { told(profile: { name: $v, parts: [] }) }';

  const told = [];
  for (let times = 0; times < 3; times += 1) {
    told.push((await run({ query, variables: {} }, { requestId: 'r1' })).data);
  }

  expect(told).toEqual(Array.from({ length: 3 }, () => ({ told: '{"profile":{"parts":[]}}' })));
});
