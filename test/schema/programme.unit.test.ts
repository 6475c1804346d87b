// The JSON Schema of programmes, as editors read it.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { programmeSchema } from '../../schema/programme.ts';
import { ROOM_DEFINITIONS } from '../../subgraphs/rooms.ts';

interface Node {
  description?: string;
  properties?: Record<string, Node>;
  items?: Node;
  anyOf?: Node[];
  enum?: unknown[];
}

const text = programmeSchema((room) => ROOM_DEFINITIONS[room].programme);
const root = JSON.parse(text) as Node;

function* partsOf(node: Node, path: string): Generator<[string, Node]> {
  for (const [name, part] of Object.entries(node.properties ?? {})) {
    yield [`${path}.${name}`, part];
    yield* partsOf(part, `${path}.${name}`);
  }
  if (node.items !== undefined) yield* partsOf(node.items, `${path}[]`);
  for (const one of node.anyOf ?? []) yield* partsOf(one, path);
}

test('it is as the rooms read programmes: run npm run schema', () => {
  expect(readFileSync('programmes/schema.json', 'utf8')).toBe(text);
});

test('it has a sentence on each part', () => {
  const parts = [...partsOf(root, '')];

  expect(parts.length).toBeGreaterThan(200);
  expect(parts.filter(([, { description }]) => description === undefined).map(([path]) => path)).toEqual([]);
});

test('short forms are among what it takes', () => {
  const parts = new Map(partsOf(root, ''));
  const words = (path: string) => parts.get(path)!.anyOf!.flatMap((one) => one.enum ?? []);

  expect(words('.points.currencies[].deficit')).toEqual(['refuse', 'clamp']);
  expect(words('.points.earning[].rules[].expiry')).toEqual(['none']);
});
