import { expect, test } from '@jest/globals';
import { getNamedType, isEnumType, isInputObjectType, isObjectType } from 'graphql';
import { membersSubgraph } from '../../subgraphs/members/schema.ts';
import { objectTypes } from '../../subgraphs/shared/audience.ts';
import { buildSubgraph } from '../../subgraphs/shared/subgraph.ts';

const { sdl, schema } = await buildSubgraph(membersSubgraph);

/** Described by its owner, the partners room. */
const STUBS = ['Partner'];

test('every type, field, argument and enum value of the members room is described', () => {
  const undescribed: string[] = [];
  const look = (name: string, description: string | null | undefined) => {
    if (!description) undescribed.push(name);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (/^_|^link__/.test(type.name) || STUBS.includes(type.name)) continue;
    const root = type === schema.getQueryType() || type === schema.getMutationType();
    if (isEnumType(type)) {
      look(type.name, type.description);
      for (const value of type.getValues()) look(`${type.name}.${value.name}`, value.description);
    }
    if (!isObjectType(type) && !isInputObjectType(type)) continue;
    if (!root) look(type.name, type.description);
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_')) continue;
      look(`${type.name}.${field.name}`, field.description);
      if (!('args' in field)) continue;
      for (const argument of field.args) look(`${type.name}.${field.name}(${argument.name})`, argument.description);
    }
  }

  expect(undescribed).toEqual([]);
});

test('every code that a mutation says it can give is an ErrorCode, and each ErrorCode but the shared ones is said', () => {
  const codes = schema.getType('ErrorCode');
  if (!isEnumType(codes)) throw new Error('ErrorCode is no enum');
  const known = codes.getValues().map(({ name }) => name);

  const said = objectTypes(schema)
    .filter((type) => type === schema.getMutationType())
    .flatMap((type) => Object.values(type.getFields()))
    // What refuses nothing has no payload.
    .filter(({ type }) => isObjectType(getNamedType(type)))
    .flatMap((field) => /Codes: ([A-Z_, ]+)\./.exec(field.description ?? '')?.[1]?.split(', ') ?? ['none said']);

  expect([...new Set(said)].filter((code) => !known.includes(code))).toEqual([]);
  expect(known.filter((code) => !said.includes(code))).toEqual(['IDEMPOTENCY_KEY_MISSING']);
});

test('what rooms ask is in no client’s schema', () => {
  for (const operation of [
    'memberIdsByIdentifier',
    'membersKnown',
    'memberIdBySubject',
    'memberFacts',
    'memberClockMove',
  ]) {
    expect(sdl).toMatch(new RegExp(`${operation}\\([^)]*\\)[^\\n]*@inaccessible`));
  }
});
