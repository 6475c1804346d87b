// What random operations have in them: an oracle that asks for little finds little.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Kind, validate, visit, type DocumentNode } from 'graphql';
import { operations } from './operation.ts';
import { makeWorld } from './world.ts';

const SAMPLES = 400;
const { monolith } = makeWorld();
const samples = fc.sample(operations(monolith), SAMPLES);

/** How many of the samples have it. */
const count = (has: (document: DocumentNode) => boolean) => samples.filter(({ document }) => has(document)).length;

/** Whether a node of the kind is so. */
function some(document: DocumentNode, kind: Kind, is: (node: never) => boolean = () => true): boolean {
  let found = false;
  visit(document, { [kind]: (node: never) => void (found ||= is(node)) });
  return found;
}

interface Named {
  name: { value: string };
}
const fieldNames = new Set(
  Object.values(monolith.getTypeMap()).flatMap((type) => ('getFields' in type ? Object.keys(type.getFields()) : [])),
);

test('each is valid', () => {
  for (const { document } of samples) expect(validate(monolith, document)).toEqual([]);
});

test.each<[string, (document: DocumentNode) => boolean]>([
  [
    'a mutation',
    (document) =>
      some(document, Kind.OPERATION_DEFINITION, ({ operation }: { operation: string }) => operation === 'mutation'),
  ],
  ['an inline fragment', (document) => some(document, Kind.INLINE_FRAGMENT)],
  ['a named fragment', (document) => some(document, Kind.FRAGMENT_SPREAD)],
  ['a fragment on a union', (document) => some(document, Kind.NAMED_TYPE, ({ name }: Named) => name.value === 'Party')],
  [
    'a fragment on an interface',
    (document) => some(document, Kind.NAMED_TYPE, ({ name }: Named) => name.value === 'Identified'),
  ],
  [
    'an alias that is another field’s name',
    (document) =>
      some(document, Kind.FIELD, ({ alias }: { alias?: { value: string } }) => fieldNames.has(alias?.value ?? '')),
  ],
  [
    'an alias that is a name of federation’s',
    (document) =>
      some(document, Kind.FIELD, ({ alias }: { alias?: { value: string } }) => alias?.value.startsWith('_') === true),
  ],
  [
    'a variable with a default',
    (document) =>
      some(
        document,
        Kind.VARIABLE_DEFINITION,
        ({ defaultValue }: { defaultValue?: object }) => defaultValue !== undefined,
      ),
  ],
  [
    'a variable in an object',
    (document) =>
      some(document, Kind.OBJECT_FIELD, ({ value }: { value: { kind: Kind } }) => value.kind === Kind.VARIABLE),
  ],
  ['a condition', (document) => some(document, Kind.DIRECTIVE)],
  [
    'a second operation',
    (document) => document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length > 1,
  ],
])('one in twenty has %s', (_, has) => {
  expect(count(has)).toBeGreaterThan(SAMPLES / 20);
});
