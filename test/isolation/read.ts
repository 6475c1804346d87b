// Every way to read: root fields at the gateway and at the room that answers them, and `_entities` at every room.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildASTSchema,
  buildSchema,
  getNamedType,
  isObjectType,
  parse,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import type { GraphErrorJson } from '../../subgraphs/shared/execution.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { everything, sightings, type Sighting } from './look.ts';
import { DOCUMENT, LOCATION, emailOf, type Asker, type World } from './world.ts';

const file = (name: string) => readFileSync(join('schema', name), 'utf8');

export const api = buildSchema(file('api.graphql'));

/** A room's own SDL; what federation adds to it is asked for by hand. */
const room = (name: RoomName): GraphQLSchema =>
  buildASTSchema(parse(file(`${name}.graphql`)), { assumeValid: true, assumeValidSDL: true });

export const rooms: Record<RoomName, GraphQLSchema> = {
  members: room('members'),
  points: room('points'),
  partners: room('partners'),
  referrals: room('referrals'),
  rewards: room('rewards'),
};

/** Entities that a room finds by their keys, by the prefix of their ids. */
const KEYED: Record<RoomName, Record<string, string>> = {
  members: { mbr: 'Member' },
  points: { mbr: 'Member', pur: 'Purchase', ent: 'LedgerEntry' },
  partners: { ptn: 'Partner', chn: 'Channel', loc: 'Location', key: 'ApiClient' },
  referrals: { mbr: 'Member', ref: 'Referral' },
  rewards: { mbr: 'Member', ptn: 'Partner', rwd: 'Reward', rdm: 'Redemption', vch: 'Voucher' },
};

/** At the rooms every key is asked for, so what lies deeper comes by its own. */
const ROOM_DEPTH = 1;

/** Another programme: bronze is further up. */
const OTHER = DOCUMENT.replace(`from: { spend: '100' }`, `from: { spend: '300' }`);
const QUOTED = `occurredAt: "${new Date().toISOString()}", currencyCode: "GBP", lines: [{ number: 1, sku: "NS-MUG-01", quantity: "1", unitPrice: "8.00" }]`;

export interface Root {
  /** `member` */
  field: string;
  /** `(id: $id)` */
  arguments: string;
  /** `($id: ID!)`: what is asked of many is planned once. */
  declared?: string;
  variables?: Record<string, string>;
}

/** Root fields of the API by a name for people, each with what it is asked for. */
export function roots({
  members,
  brands,
  purchases,
  entries,
  rewards,
  redemptions,
  referrals,
}: World): Record<string, Root> {
  const byId = (field: string, id: string, argument = 'id'): Root => ({
    field,
    arguments: `(${argument}: $id)`,
    declared: '($id: ID!)',
    variables: { id },
  });
  const named = (field: string, ids: Record<string, string>) =>
    Object.fromEntries(Object.entries(ids).map(([name, id]) => [`${field} ${name}`, byId(field, id)]));
  const identified = (name: string): Root => ({
    field: 'memberByIdentifier',
    arguments: '(identifier: { kind: EMAIL, value: $email })',
    declared: '($email: String!)',
    variables: { email: emailOf(name).value },
  });
  const documented = (field: string): Root => ({
    field,
    arguments: '(document: $document)',
    declared: '($document: String!)',
    variables: { document: OTHER },
  });
  const receipt = (brand: keyof typeof LOCATION): Root => ({
    field: 'purchaseByReceipt',
    arguments: '(location: $location, receiptNumber: $number)',
    declared: '($location: String!, $number: String!)',
    variables: { location: LOCATION[brand], number: `Receipt-of-${brand}-${brand === 'northside' ? 1 : 2}` },
  });
  return {
    me: { field: 'me', arguments: '' },
    members: { field: 'members', arguments: '(first: 100)' },
    ...named('member', members),
    'memberByIdentifier ann': identified('ann'),
    'memberByIdentifier bob': identified('bob'),
    partners: { field: 'partners', arguments: '' },
    ...named('partner', brands),
    ...named('purchase', purchases),
    'purchaseByReceipt ann@northside': receipt('northside'),
    'purchaseByReceipt ann@harbour': receipt('harbour'),
    'purchaseQuote ann@northside': {
      field: 'purchaseQuote',
      arguments: `(input: { member: { kind: EMAIL, value: $email }, location: $location, ${QUOTED} })`,
      declared: '($email: String!, $location: String!)',
      variables: { email: emailOf('ann').value, location: LOCATION.northside },
    },
    purchaseReviews: { field: 'purchaseReviews', arguments: '' },
    programmes: { field: 'programmes', arguments: '' },
    programmeDocument: { field: 'programmeDocument', arguments: '' },
    programmeTerms: { field: 'programmeTerms', arguments: '(locale: "en")' },
    programmePlan: documented('programmePlan'),
    tierSchemePreview: documented('tierSchemePreview'),
    rewards: { field: 'rewards', arguments: '(first: 100)' },
    ...named('reward', rewards),
    ...named('redemption', redemptions),
    ...named('referral', referrals),
    ledgerRoot: { field: 'ledgerRoot', arguments: '' },
    'ledgerProof ann to dot': byId('ledgerProof', entries['ann to dot'], 'entryId'),
    'ledgerProof dot from ann': byId('ledgerProof', entries['dot from ann'], 'entryId'),
    ledgerVerify: { field: 'ledgerVerify', arguments: '' },
  };
}

export interface Seen {
  /** What each root field answered: `seen`, `null`, or the code of its error. */
  roots: Record<string, string>;
  sightings: Sighting[];
  /** Every answer as it came. */
  texts: string[];
  /** Errors below the root: no way to read has any. */
  faults: string[];
}

interface Answered {
  data?: Record<string, unknown> | null | undefined;
  errors?: Pick<GraphErrorJson, 'message' | 'path' | 'extensions'>[] | undefined;
}

/** An error may repeat what was asked for. */
const withoutAsked = (message: string, { variables = {} }: Root): string =>
  Object.values(variables).reduce((text, asked) => text.replaceAll(asked, ''), message);

async function askRoots(
  schema: GraphQLSchema,
  depth: number,
  asked: [string, Root][],
  ask: (query: string, variables?: Record<string, unknown>) => Promise<Answered>,
  seen: Seen,
): Promise<void> {
  for (const [name, root] of asked) {
    const type = getNamedType(schema.getQueryType()!.getFields()[root.field]!.type);
    const selection = isObjectType(type) ? everything(type, depth) : '';
    const query = `query ${root.declared ?? ''} { ${root.field}${root.arguments} ${selection} }`;
    const { data, errors = [] } = await ask(query, root.variables);
    const told = errors.map((error) => ({ ...error, message: withoutAsked(error.message, root) }));
    // Who may have a document may have all that is in it.
    if (isObjectType(type)) seen.texts.push(JSON.stringify({ data, errors: told }));
    seen.faults.push(...errors.filter(({ path }) => (path?.length ?? 0) > 1).map((error) => JSON.stringify(error)));
    const value = data?.[root.field] as Record<string, unknown> | null | undefined;
    const outcome = errors[0]?.extensions.code ?? (value ? 'seen' : 'null');
    const before = seen.roots[name];
    if (before !== undefined && before !== outcome) seen.faults.push(`${name}: ${before}, and ${outcome} at its room`);
    seen.roots[name] = outcome;
    if (value && isObjectType(type)) seen.sightings.push(...sightings(schema, type, value, '', root.field));
  }
}

/** Entities of every kind that a room finds, by keys that are known to be there. */
async function askEntities(
  name: RoomName,
  ids: string[],
  ask: (query: string, variables: Record<string, unknown>) => Promise<Answered>,
  seen: Seen,
): Promise<void> {
  const schema = rooms[name];
  for (const [prefix, typename] of Object.entries(KEYED[name])) {
    const type = schema.getType(typename) as GraphQLObjectType;
    const keys = ids.filter((id) => id.startsWith(`${prefix}_`)).map((id) => ({ __typename: typename, id }));
    const { data, errors = [] } = await ask(
      `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on ${typename} ${everything(type, ROOM_DEPTH)} } }`,
      { keys },
    );
    seen.texts.push(JSON.stringify({ data, errors }));
    seen.faults.push(...errors.filter(({ path }) => (path?.length ?? 0) > 0).map((error) => JSON.stringify(error)));
    for (const entity of (data?.['_entities'] as (Record<string, unknown> | null)[] | undefined) ?? []) {
      if (entity !== null) seen.sightings.push(...sightings(schema, type, entity));
    }
  }
}

const nothing = (): Seen => ({ roots: {}, sightings: [], texts: [], faults: [] });

const askRoom =
  (world: World, name: RoomName, viewer: Viewer) =>
  (query: string, variables: Record<string, unknown> = {}) =>
    world.graph.rooms[name].execute({ query, variables }, viewer, 'isolation');

/** What a viewer finds at the rooms by keys alone. */
export async function readEntities(world: World, viewer: Viewer, ids: string[]): Promise<Seen> {
  const seen = nothing();
  for (const name of ROOMS) await askEntities(name, ids, askRoom(world, name, viewer), seen);
  return seen;
}

/** Everything that someone can read, things in things down to `depth`; `ids` are the keys that are tried at the rooms. */
export async function readAll(world: World, asker: Asker, ids: string[], depth: number): Promise<Seen> {
  const seen = nothing();
  const asked = Object.entries(roots(world));
  await askRoots(api, depth, asked, (query, variables) => asker.client.send(query, variables), seen);
  for (const name of ROOMS) {
    const own = rooms[name].getQueryType()!.getFields();
    const ask = askRoom(world, name, asker.viewer);
    const answered = asked.filter(([, { field }]) => own[field] !== undefined);
    await askRoots(rooms[name], ROOM_DEPTH, answered, ask, seen);
    await askEntities(name, ids, ask, seen);
  }
  return seen;
}
