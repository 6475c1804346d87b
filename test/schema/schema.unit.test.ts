// What the rooms promise, read from the rooms themselves: it composes, is described, bounded and up to date.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  Kind,
  parse,
  validate,
  visit,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { schemaFiles } from '../../schema/compose.ts';
import { ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';

const files = await schemaFiles();
const api = buildSchema(files['api.graphql']!);

interface RoomField {
  room: RoomName;
  type: ObjectTypeDefinitionNode;
  field: FieldDefinitionNode;
  place: string;
}

const has = ({ directives = [] }: { directives?: readonly { name: { value: string } }[] }, name: string) =>
  directives.some((directive) => directive.name.value === name);

const roomTypes = ROOMS.flatMap((room) =>
  parse(files[`${room}.graphql`]!).definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ? [{ room, type: definition }] : [],
  ),
);
const roomFields: RoomField[] = roomTypes.flatMap(({ room, type }) =>
  (type.fields ?? [])
    // What another room answers is described there.
    .filter((field) => !has(field, 'external'))
    .map((field) => ({ room, type, field, place: `${room}: ${type.name.value}.${field.name.value}` })),
);
/** Names of the fields of each input type. */
const inputs = new Map(
  ROOMS.flatMap((room) =>
    parse(files[`${room}.graphql`]!).definitions.flatMap((definition) =>
      definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION
        ? [[definition.name.value, definition.fields?.map((field) => field.name.value) ?? []] as const]
        : [],
    ),
  ),
);
/** Whether a field is what its entity is known by. */
const isKey = ({ directives = [] }: ObjectTypeDefinitionNode, { name }: FieldDefinitionNode) =>
  directives.some(
    (directive) =>
      directive.name.value === 'key' &&
      directive.arguments?.some(
        ({ value }) => value.kind === Kind.STRING && value.value.split(' ').includes(name.value),
      ),
  );
/** Types that carry refusals. */
const payloads = new Set(
  roomTypes
    .filter(({ type }) => type.fields?.some((field) => field.name.value === 'userErrors'))
    .map(({ type }) => type.name.value),
);
const places = (fields: RoomField[]) => fields.map(({ place }) => place);

const named = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type));
const isList = (type: TypeNode): boolean =>
  type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));
/** Whether a null in the innermost place stays there. */
const isLenient = (type: TypeNode): boolean =>
  type.kind === Kind.NON_NULL_TYPE
    ? isList(type.type) && isLenient(type.type)
    : type.kind === Kind.NAMED_TYPE || isLenient(type.type);

describe('the schema', () => {
  test.each(Object.keys(files))('schema/%s is up to date', (name) => {
    expect(readFileSync(join('schema', name), 'utf8')).toBe(files[name]);
  });

  test('is composed by another composer too', () => {
    const services = ROOMS.map((name) => ({ name, url: `http://${name}`, typeDefs: parse(files[`${name}.graphql`]!) }));

    const { errors } = composeServices(services);

    expect(errors?.map((error) => error.message) ?? []).toEqual([]);
  });

  test('describes every type, field, argument, enum value and input field', () => {
    const bare: string[] = [];
    const look = (place: string, { description }: { description?: string | null | undefined }) => {
      if (!description?.trim()) bare.push(place);
    };
    for (const directive of api.getDirectives().filter((each) => !isSpecifiedDirective(each))) {
      look(`@${directive.name}`, directive);
    }
    for (const type of Object.values(api.getTypeMap())) {
      const isRoot = [api.getQueryType(), api.getMutationType()].includes(type as never);
      if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
      if (!isRoot) look(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
      if (!isObjectType(type) && !isInputObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.${field.name}`, field);
        if ('args' in field) for (const arg of field.args) look(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }

    expect(bare).toEqual([]);
  });

  test('has nothing in the clients’ API that only rooms may ask', () => {
    const internal = roomFields.filter(({ type, field }) => has(field, 'inaccessible') && type.name.value === 'Query');

    expect(internal.length).toBeGreaterThan(0);
    expect(internal.filter(({ field }) => field.name.value in api.getQueryType()!.getFields())).toEqual([]);
  });
});

describe('each room', () => {
  test('lists with every mutation the codes that it can give, and only codes that it has', () => {
    const wrong: string[] = [];
    for (const { room, type, field, place } of roomFields) {
      if (type.name.value !== 'Mutation' || !payloads.has(named(field.type))) continue;
      const listed: string[] = field.description?.value.split('Codes:')[1]?.match(/\b[A-Z]+(_[A-Z]+)*\b/g) ?? [];
      const known = new Set<string>();
      visit(parse(files[`${room}.graphql`]!), {
        EnumTypeDefinition: (node) => {
          if (node.name.value === 'ErrorCode') for (const value of node.values ?? []) known.add(value.name.value);
        },
      });
      if (listed.length === 0) wrong.push(`${place} lists none`);
      const keyed = inputs.get(named(field.arguments?.[0]?.type ?? field.type))?.includes('idempotencyKey');
      if (keyed && !listed.includes('IDEMPOTENCY_KEY_REUSED')) wrong.push(`${place} forgets its key`);
      wrong.push(...listed.filter((code) => !known.has(code)).map((code) => `${place} lists ${code}`));
    }

    expect(wrong).toEqual([]);
  });

  test('says with every list how long it can be', () => {
    const paged = roomFields.filter(({ field }) => named(field.type).endsWith('Connection'));
    // What a connection holds is sized by the field that gives the connection.
    const lists = roomFields.filter(({ type, field }) => isList(field.type) && !type.name.value.endsWith('Connection'));

    expect(places([...paged, ...lists].filter(({ field }) => !has(field, 'listSize')))).toEqual([]);
  });

  test('leaves room for null where another room’s entity is meant', () => {
    // An entity is described in its owner only.
    const owners = new Map(
      roomTypes
        .filter(({ type }) => has(type, 'key') && type.description)
        .map(({ room, type }) => [type.name.value, room]),
    );
    const foreign = roomFields.filter(({ room, field }) => (owners.get(named(field.type)) ?? room) !== room);
    const added = roomFields.filter(
      ({ room, type, field }) =>
        (owners.get(type.name.value) ?? room) !== room && !isKey(type, field) && !has(field, 'shareable'),
    );

    expect(foreign.length).toBeGreaterThan(0);
    expect(places(foreign.filter(({ field }) => !isLenient(field.type)))).toEqual([]);
    expect(places(added.filter(({ field }) => field.type.kind === Kind.NON_NULL_TYPE))).toEqual([]);
  });
});

describe('the documents of clients', () => {
  const folder = join('schema', 'contract');
  const documents = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.graphql'),
  );

  test('are those of members, tills, partners and operators', () => {
    expect(documents.toSorted()).toEqual([
      'frontend/LedgerStatement.graphql',
      'frontend/Me.graphql',
      'frontend/MemberCockpit.graphql',
      'frontend/MemberPurchases.graphql',
      'frontend/RewardCatalogue.graphql',
      'frontend/RewardRedeem.graphql',
      'operator/LedgerProof.graphql',
      'operator/LedgerVerify.graphql',
      'operator/PointsAdjust.graphql',
      'operator/PointsTransfer.graphql',
      'operator/Programme.graphql',
      'partner/ApiClient.graphql',
      'partner/PartnerDesk.graphql',
      'pos/MemberEnroll.graphql',
      'pos/PosIdentify.graphql',
      'pos/PurchaseQuote.graphql',
      'pos/PurchaseRecord.graphql',
      'pos/PurchaseRecordBatch.graphql',
      'pos/PurchaseReturn.graphql',
      'pos/RedemptionHold.graphql',
    ]);
  });

  test.each(documents)('%s is valid', (file) => {
    const errors = validate(api, parse(readFileSync(join(folder, file), 'utf8')));

    expect(errors.map((error) => error.message)).toEqual([]);
  });
});
